/** A headline as a reader sees it, and its story. */
export interface NewsStory {
  title: string;
  /** The path of the story: `/news/daily/0`. */
  path: string;
  /** ISO 8601, in UTC. Only on sites that show dates. */
  date?: string;
}

/** An invented newspaper. Its stories are the same on each start, in the order of the page. */
export interface NewsSite {
  /** The path of its front page: `/news/daily`. */
  path: string;
  title: string;
  stories: readonly NewsStory[];
}

/** A list of links. */
export const daily = site("/news/daily", "The Daily", [
  "Gophers rename a bridge",
  "Robots & bakers share one oven",
  "Cats measure the moon: 3 < 4",
  "Sailors find an old clock",
  "Twins borrow seven umbrellas",
  "Bees unveil a lighthouse",
  "Poets praise the queue",
  "Engineers lose a record",
]);

/** Articles with relative links, a `<base>`, dates, and markup inside their titles. */
export const courier = site(
  "/news/courier",
  "The Courier",
  [
    "Café opens on the night train",
    "“Slow” tram wins the race",
    "Harbour paints every boat blue",
    "Library lends out its ladder",
    "Snow delays the snow festival",
    "Museum finds its own map",
    "Chess club moves by bicycle",
  ],
  { areDated: true },
);

/** A feed, RSS 2.0. Its last item is the third story of The Daily, at a URL with `utm_source` and a fragment. */
export const wire = site(
  "/news/wire.xml",
  "The Wire",
  [
    "Ferry learns a second route",
    "Choir & orchestra tune to a kettle",
    "Orchard counts a million apples",
    "Tunnel ends where it began",
    "Parade waits for one drummer",
  ],
  { areDated: true },
);

/** Headlines that only JavaScript shows. The page itself has no link. */
export const live = site("/news/live", "Live", [
  "Balloon crosses the town hall",
  "Clock tower strikes thirteen",
  "Goose stops the tram again",
  "Market sells its last lemon",
  "Bridge opens for a paper boat",
  "Rain starts at noon, as planned",
]);

/** The layout of The Daily. The front page takes a second. */
export const slow = site("/news/slow", "The Slow", [
  "Snail completes the marathon",
  "Glacier announces a visit",
  "Sunday extended to Monday",
  "Tea is ready in an hour",
]);

/** The delay of the front page of The Slow, in milliseconds. */
export const slowMs = 1000;

/** All of them, in the order of the columns of `lab news`. */
export const newsSites: readonly NewsSite[] = [daily, courier, wire, live, slow];

function site(path: string, title: string, titles: readonly string[], { areDated = false } = {}): NewsSite {
  const folder = path.replace(/\.xml$/, "");
  const stories = titles.map((each, nth) => ({
    title: each,
    path: `${folder}/${nth}`,
    ...(areDated && { date: new Date(Date.UTC(2026, 0, 20 - nth, 7, 30)).toISOString() }),
  }));
  return { path, title, stories };
}
