import { PGlite } from "@electric-sql/pglite";
import type { Database } from "../database.js";

/** PostgreSQL inside this process. In memory, or kept in `folder`. */
export async function openEmbedded(folder: string | undefined): Promise<Database> {
  const pg = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
  const load = { queries: 0, waiting: 0, refused: 0 };
  return {
    name: "embedded PostgreSQL (PGlite)",
    load,
    async query<Row>(statement: string, parameters: readonly string[] = []) {
      load.queries++;
      return (await pg.query<Row>(statement, [...parameters])).rows;
    },
    async script(statements) {
      await pg.transaction((own) => own.exec(statements));
    },
    async listen(channel, onPayload) {
      let end = () => {};
      const gone = new Promise<void>((resolve) => {
        end = resolve;
      });
      const unlisten = await pg.listen(channel, onPayload);
      return {
        gone,
        async close() {
          end();
          await unlisten();
        },
      };
    },
    async notify(channel, payload) {
      await pg.query("select pg_notify($1, $2)", [channel, payload]);
    },
    forgetPrepared() {},
    close: () => pg.close(),
  };
}
