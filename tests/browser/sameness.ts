/**
 * By how much two pictures of one thing may differ: the edges of lines, which browsers draw a little differently where two tiles of the
 * screen meet (12 pixels have been seen). A pixel counts from a difference that is seen in a cell's colour, a twentieth of the way from
 * black to white; a word, a mark, a stroke of a line and a cell of the maps that are read cover more than 40.
 */
export const sameness = { threshold: 0.05, maxDiffPixels: 40, timeout: 15_000 };
