/** The colour names of CSS Color Level 4. */
const names = new Set(
  `aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
  cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
  darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
  darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
  firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
  hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
  lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
  lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
  mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
  midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
  palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple
  rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue
  slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow
  yellowgreen`.split(/\s+/),
);

/** Distinct colours that are visible on a white page and on a black one. */
const palette = [
  "steelblue",
  "darkorange",
  "seagreen",
  "crimson",
  "mediumpurple",
  "sienna",
  "hotpink",
  "gray",
  "olive",
  "darkturquoise",
  "royalblue",
  "tomato",
  "limegreen",
  "goldenrod",
  "orchid",
  "indianred",
] as const;

/**
 * True for a CSS colour name in any case, `#rgb` or `#rrggbb`. The page draws nothing else, so no other text gets in.
 */
export function isColor(text: string): boolean {
  return names.has(text.toLowerCase()) || /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text);
}

/** The default colour of an app: the same name always has the same one. */
export function colorFor(name: string): string {
  let hash = 0x811c9dc5; // FNV-1a
  for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return palette[(hash >>> 0) % palette.length] ?? palette[0];
}
