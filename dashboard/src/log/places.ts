/** Where `index` stands in the ascending list `places`, or would stand. */
export function placeOf(places: readonly number[], index: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? Infinity) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place after `from` in the ascending list, or before it, round the end; undefined in an empty list. */
export function nextOf(places: readonly number[], from: number, by: 1 | -1): number | undefined {
  const at = by === 1 ? placeOf(places, from + 1) : placeOf(places, from) - 1;
  return places[(at + places.length) % places.length];
}
