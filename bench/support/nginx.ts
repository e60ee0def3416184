import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../../src/concurrency/index.js";
import { print } from "./compare.js";
import { freePort } from "./free-port.js";

const echoModule = "/usr/lib/nginx/modules/ngx_http_echo_module.so"; // Debian: libnginx-mod-http-echo

/**
 * Call `measure` with the address of a local nginx of one worker: 100 bytes for any path, for /wait/ after 50 ms, for
 * /hang/ after a minute. An origin that outruns its clients, so that they are what is measured. If it, or what makes it
 * wait, is not installed, a line says so: then there is nothing to claim.
 */
export async function withNginx(measure: (url: string) => Promise<void>, { waits = false } = {}): Promise<void> {
  if (!existsSync("/usr/sbin/nginx") || (waits && !existsSync(echoModule))) {
    return print(`  (${waits ? "nginx with libnginx-mod-http-echo" : "nginx"} is not installed: no claim)`);
  }
  const folder = mkdtempSync(join(tmpdir(), "asyncio-lab-nginx-"));
  const port = await freePort();
  writeFileSync(join(folder, "nginx.conf"), config(folder, port, waits));
  const child = spawn("/usr/sbin/nginx", ["-c", join(folder, "nginx.conf"), "-p", folder], { stdio: "ignore" });
  try {
    await listening(port, child);
    await measure(`http://127.0.0.1:${port}`);
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
    rmSync(folder, { recursive: true });
  }
}

function config(folder: string, port: number, waits: boolean): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const slow = "location /wait/ { echo_sleep 0.05; echo hello; } location /hang/ { echo_sleep 60; echo hello; }";
  return `${waits ? `load_module ${echoModule};` : ""}
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 10000000; default_type text/plain; ${temporary.join(" ")}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { return 200 "${"hello ".repeat(16)}\\n"; }
    ${waits ? slow : ""}
  }
}
`;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(20);
  }
}
