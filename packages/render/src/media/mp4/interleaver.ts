/** Something with a place in time. */
export interface Timed {
  readonly track: number;
  readonly seconds: number;
}

/** Seconds by which one track may run ahead of the others before its packets are let go all the same. */
const maxLeadSeconds = 10;

/**
 * Puts packets of several tracks in order of time, so a player that reads from front to back has sound and picture
 * together. A track that has nothing for ten seconds holds nobody up.
 */
export class Interleaver<T extends Timed> {
  readonly #queues: T[][];

  constructor(trackCount: number) {
    this.#queues = Array.from({ length: trackCount }, () => []);
  }

  /** Takes a packet, in order of time within its track; gives those whose turn has come. */
  add(packet: T): T[] {
    this.#queues[packet.track]?.push(packet);
    const ready: T[] = [];
    for (;;) {
      const first = this.#first();
      if (first === undefined) return ready;
      const isSure = this.#queues.every((queue) => queue.length > 0) || packet.seconds - first.seconds > maxLeadSeconds;
      if (!isSure) return ready;
      ready.push(...(this.#queues[first.track]?.splice(0, 1) ?? []));
    }
  }

  /** Gives all that is left. */
  finish(): T[] {
    const ready: T[] = [];
    for (let first = this.#first(); first !== undefined; first = this.#first()) {
      ready.push(...(this.#queues[first.track]?.splice(0, 1) ?? []));
    }
    return ready;
  }

  #first(): T | undefined {
    let least: T | undefined;
    for (const [head] of this.#queues)
      if (head !== undefined && (least === undefined || head.seconds < least.seconds)) least = head;
    return least;
  }
}
