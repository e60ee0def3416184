/** The same broker in Python's asyncio streams. Both take the port as their argument, and print a line once they listen. */

const wire = `
import asyncio, sys
from collections import defaultdict
subscribers = defaultdict(list)
async def read_msg(reader):
    size = int.from_bytes(await reader.readexactly(4), byteorder='big')
    return await reader.readexactly(size)
async def serve(handler):
    server = await asyncio.start_server(handler, '127.0.0.1', int(sys.argv[1]))
    print('ready', flush=True)
    async with server:
        await server.serve_forever()
`;

/** The plainest way: each message is written and drained by itself, for each subscriber. */
export const plainBroker = `${wire}
async def send_msg(writer, data):
    writer.write(len(data).to_bytes(4, byteorder='big'))
    writer.write(data)
    await writer.drain()
async def client(reader, writer):
    mine = await read_msg(reader)
    subscribers[mine].append(writer)
    try:
        while channel := await read_msg(reader):
            data = await read_msg(reader)
            await asyncio.gather(*[send_msg(each, data) for each in subscribers[channel]])
    except asyncio.IncompleteReadError:
        pass
    finally:
        subscribers[mine].remove(writer)
        writer.close()
asyncio.run(serve(client))
`;

/** A careful one: header and data are one write, a slow reader is waited for only once its buffer is full. */
export const carefulBroker = `${wire}
async def client(reader, writer):
    mine = await read_msg(reader)
    subscribers[mine].append(writer)
    try:
        while True:
            channel = await read_msg(reader)
            data = await read_msg(reader)
            frame = len(data).to_bytes(4, byteorder='big') + data
            for each in list(subscribers[channel]):
                each.write(frame)
                if each.transport.get_write_buffer_size() > 65536:
                    await each.drain()
    except asyncio.IncompleteReadError:
        pass
    finally:
        subscribers[mine].remove(writer)
        writer.close()
asyncio.run(serve(client))
`;

/** The idea of our broker: frames are cut from chunks of 64 KiB, and all messages of a chunk leave in one write. */
export const chunkBroker = `${wire}
async def client(reader, writer):
    mine = await read_msg(reader)
    subscribers[mine].append(writer)
    rest, channel = b'', None
    try:
        while chunk := await reader.read(65536):
            data = rest + chunk if rest else chunk
            view, at, end, out = memoryview(data), 0, len(data), {}
            while end - at >= 4:
                stop = at + 4 + int.from_bytes(view[at:at + 4], 'big')
                if stop > end:
                    break
                if channel is None:
                    channel = data[at + 4:stop]
                else:
                    if subscribers.get(channel):
                        out.setdefault(channel, []).append(view[at:stop])
                    channel = None
                at = stop
            rest = data[at:]
            for name, frames in out.items():
                joined = b''.join(frames)
                for each in subscribers[name]:
                    each.write(joined)
                    await each.drain()
    finally:
        subscribers[mine].remove(writer)
        writer.close()
asyncio.run(serve(client))
`;
