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

/**
 * Default colours, the most distinct ones first. Each two differ for eyes without red, green or blue cones as well, and all
 * are visible on a white page and on a black one. The first six follow Okabe and Ito, https://jfly.uni-koeln.de/color/.
 */
export const palette = [
  "#0072b2",
  "#e08f00",
  "#009e73",
  "#d55e00",
  "#cc79a7",
  "#56a9e0",
  "#774444",
  "#aa66ff",
  "#88bb88",
  "#005599",
  "#aa4400",
  "#0022ff",
  "#7700cc",
  "#991177",
  "#667777",
  "#cc33cc",
] as const;

/**
 * True for a CSS colour name in any case, `#rgb` or `#rrggbb`. The page draws nothing else, so no other text gets in.
 */
export function isColor(text: string): boolean {
  return names.has(text.toLowerCase()) || /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text);
}

/** The default colour of an app: the same name always has the same one. The server may hand out another. */
export function colorFor(name: string): string {
  let hash = 0x811c9dc5; // FNV-1a
  for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return palette[(hash >>> 0) % palette.length] ?? palette[0];
}
