/** Items with the one that comes first at hand. Adding, moving and removing one takes O(log n). */
export interface Heap<Item> {
  readonly size: number;
  first(): Item | undefined;
  /** Adds an item, or finds its place again after what orders it has changed. */
  put(item: Item): void;
  /** Removes an item; one that is not there is no error. */
  remove(item: Item): void;
}

/** A binary heap that knows where each item stands. `isBefore` is asked of items as they are at that moment. */
export function createHeap<Item>(isBefore: (one: Item, other: Item) => boolean): Heap<Item> {
  const items: Item[] = [];
  const places = new Map<Item, number>();

  const set = (place: number, item: Item) => {
    items[place] = item;
    places.set(item, place);
  };

  const rise = (item: Item, from: number) => {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = items[above] as Item;
      if (!isBefore(item, parent)) break;
      set(place, parent);
      place = above;
    }
    set(place, item);
  };

  const sink = (item: Item, from: number) => {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= items.length) break;
      const right = left + 1;
      const below = right < items.length && isBefore(items[right] as Item, items[left] as Item) ? right : left;
      const child = items[below] as Item;
      if (!isBefore(child, item)) break;
      set(place, child);
      place = below;
    }
    set(place, item);
  };

  const settle = (item: Item, place: number) => {
    rise(item, place);
    sink(item, places.get(item) as number);
  };

  return {
    get size() {
      return items.length;
    },
    first: () => items[0],
    put: (item) => settle(item, places.get(item) ?? items.length),
    remove(item) {
      const place = places.get(item);
      if (place === undefined) return;
      places.delete(item);
      const last = items.pop() as Item;
      if (last !== item) settle(last, place);
    },
  };
}
