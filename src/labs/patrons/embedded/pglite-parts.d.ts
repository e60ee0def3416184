/** The parts of PGlite in use. Its package has types too, but it is optional, and the build must work without it. */
declare module "@electric-sql/pglite" {
  interface PGliteOptions {
    dataDir?: string;
    loadDataDir?: Blob;
    startParams?: string[];
    initDbStartParams?: string[];
    onStdout?: (text: string) => boolean;
    onStderr?: (text: string) => boolean;
  }

  interface Session {
    query<Row>(statement: string, parameters?: unknown[]): Promise<{ rows: Row[] }>;
    exec(statements: string): Promise<unknown>;
  }

  class PGlite implements Session {
    static readonly defaultStartParams: string[];
    static create(options?: PGliteOptions): Promise<PGlite>;
    query<Row>(statement: string, parameters?: unknown[]): Promise<{ rows: Row[] }>;
    exec(statements: string): Promise<unknown>;
    transaction<T>(work: (own: Session) => Promise<T>): Promise<T>;
    listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
    close(): Promise<void>;
  }
}
