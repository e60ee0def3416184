type Quote = readonly [text: string, author: string];

/** The quotes of the embedded quote server, all in the public domain, by the eight categories of the notes. */
export const quotes: ReadonlyMap<string, readonly Quote[]> = new Map<string, readonly Quote[]>([
  [
    "inspire",
    [
      ["Hitch your wagon to a star.", "Ralph Waldo Emerson"],
      ["Nothing great was ever achieved without enthusiasm.", "Ralph Waldo Emerson"],
      ["Still achieving, still pursuing, learn to labor and to wait.", "Henry Wadsworth Longfellow"],
      [
        "If one advances confidently in the direction of his dreams, and endeavors to live the life which he has imagined, he will meet with a success unexpected in common hours.",
        "Henry David Thoreau",
      ],
    ],
  ],
  [
    "management",
    [
      ["Remember that time is money.", "Benjamin Franklin"],
      ["That which is everybody's business is nobody's business.", "Izaak Walton"],
      [
        "The division of labour, so far as it can be introduced, occasions, in every art, a proportionable increase of the productive powers of labour.",
        "Adam Smith",
      ],
    ],
  ],
  [
    "sports",
    [
      ["They can because they think they can.", "Virgil"],
      ["The race is not to the swift, nor the battle to the strong.", "Ecclesiastes"],
      ["In skating over thin ice our safety is in our speed.", "Ralph Waldo Emerson"],
      ["Reading is to the mind what exercise is to the body.", "Richard Steele"],
    ],
  ],
  [
    "life",
    [
      ["The unexamined life is not worth living.", "Plato"],
      ["The mass of men lead lives of quiet desperation.", "Henry David Thoreau"],
      ["And the life of man, solitary, poor, nasty, brutish, and short.", "Thomas Hobbes"],
      ["Dost thou love life? Then do not squander time, for that is the stuff life is made of.", "Benjamin Franklin"],
    ],
  ],
  [
    "funny",
    [
      ["I can resist everything except temptation.", "Oscar Wilde"],
      ["Man is the only animal that blushes. Or needs to.", "Mark Twain"],
      ["I like work: it fascinates me. I can sit and look at it for hours.", "Jerome K. Jerome"],
      ["The report of my death was an exaggeration.", "Mark Twain"],
    ],
  ],
  [
    "love",
    [
      ["The course of true love never did run smooth.", "William Shakespeare"],
      ["Love looks not with the eyes, but with the mind.", "William Shakespeare"],
      ["'Tis better to have loved and lost than never to have loved at all.", "Alfred, Lord Tennyson"],
      ["Whatever our souls are made of, his and mine are the same.", "Emily Brontë"],
    ],
  ],
  [
    "art",
    [
      ["All art constantly aspires towards the condition of music.", "Walter Pater"],
      ["Life is short, and Art long.", "Hippocrates"],
      ["All art is quite useless.", "Oscar Wilde"],
    ],
  ],
  [
    "students",
    [
      ["They know enough who know how to learn.", "Henry Adams"],
      ["Reading maketh a full man; conference a ready man; and writing an exact man.", "Francis Bacon"],
      ["A little learning is a dang'rous thing; drink deep, or taste not the Pierian spring.", "Alexander Pope"],
    ],
  ],
]);
