import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export interface SiteFile {
  type: string;
  bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * Read every file of the page into memory, by its path, so that no request reaches the file system. The page's own
 * files are in the built folder `page`; those of uPlot come from its package.
 */
export async function readSiteFiles(): Promise<ReadonlyMap<string, SiteFile>> {
  const page = new URL("../page/", import.meta.url);
  const own = (await readdir(page, { recursive: true })).map((name) => name.replaceAll("\\", "/"));
  const shown = own.filter((name) => /\.(?:html|css|js|svg)$/.test(name));
  const uplot = createRequire(import.meta.url);
  const paths = new Map<string, string | URL>([
    ...shown.map((name) => [name === "index.html" ? "/" : `/${name}`, fileURLToPath(new URL(name, page))] as const),
    ["/uplot.js", uplot.resolve("uplot/dist/uPlot.iife.min.js")],
    ["/uplot.css", uplot.resolve("uplot/dist/uPlot.min.css")],
  ]);
  const files = [...paths].map(async ([path, file]): Promise<[string, SiteFile]> => {
    const extension = /\.(\w+)$/.exec(path)?.[1] ?? "html";
    return [path, { type: types[extension] ?? "application/octet-stream", bytes: await readFile(file) }];
  });
  return new Map(await Promise.all(files));
}
