/** One story of a site. */
export interface Headline {
  /** On one line, without markup, at most 300 characters. */
  title: string;
  /** Absolute, http or https. */
  url: string;
  /** ISO 8601, in UTC. Only if the site gives it. */
  date?: string;
}

/** A page or a feed as it is read. */
export interface FrontPage {
  /** Empty if it has none. */
  title: string;
  /** In its own order. They are read as they are taken, so that a page of thousands costs no more than is used of it. */
  headlines: Iterable<Headline>;
  /** A feed has no scripts that a browser could run. */
  isFeed?: boolean;
}

/** The text of a site, and the URL that sent it, after redirects. */
export interface SiteText {
  url: URL;
  text: string;
}

/** Reads the headlines in the text of a site: the notes' `postprocess(url, data)`. */
export type PostProcess = (site: SiteText) => FrontPage;
