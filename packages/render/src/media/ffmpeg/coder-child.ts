import { UnderstudyError } from "#model/errors.js";
import { Child, type ChildOrder } from "./child.js";
import { NutReader, type NutPacket, type NutStream } from "./nut/nut-reader.js";
import { withPatience } from "./patience.js";
import { WakeUp } from "./wake-up.js";

/** What a coding child is started with. */
export interface CoderOrder extends Pick<ChildOrder, "program" | "args" | "onMessage"> {
  /** Packets that may wait to be taken before the child is held up; default without limit. */
  readonly maxWaiting?: number;
  /** Gives the memory for a payload; default new memory. */
  readonly allocate?: (byteLength: number) => Uint8Array;
}

/**
 * An `ffmpeg` that takes bytes and gives packets in NUT, while the caller does other things. Both ways go on by themselves;
 * a full pipe holds the child up, never this process.
 */
export class CoderChild {
  readonly #child: Child;
  readonly #waiting: NutPacket[] = [];
  readonly #maxWaiting: number;
  readonly #changed = new WakeUp();
  #stream: NutStream | undefined;
  #failure: unknown;
  #isInputEnded = false;
  #isOver = false;
  #isClosed = false;

  constructor({ maxWaiting, allocate, ...order }: CoderOrder) {
    this.#child = new Child({ ...order, takesInput: true });
    this.#maxWaiting = maxWaiting ?? Number.POSITIVE_INFINITY;
    void this.#pump(new NutReader(this.#child.output, allocate));
  }

  /** What the packets are; known when the first one was taken. */
  get stream(): NutStream | undefined {
    return this.#stream;
  }

  /** True when it said that there is no decoder for what it was to decode. */
  get hasNoDecoder(): boolean {
    return /Unknown decoder|Decoder .* not found|no decoder found/i.test(this.messages);
  }

  /** The last lines it said. */
  get messages(): string {
    return this.#child.messages;
  }

  /**
   * Sends bytes. Resolves when the child has taken them; with a limit for waiting packets, also as soon as there are
   * packets to be taken. The bytes must not change before `whenTaken` was called.
   */
  async write(bytes: Uint8Array, whenTaken?: () => void): Promise<void> {
    this.#assertFine();
    let isTaken = false;
    this.#child.input.write(bytes, () => {
      isTaken = true;
      whenTaken?.();
      this.#changed.call();
    });
    const mayGoOn = () =>
      isTaken || this.#isOver || (this.#waiting.length > 0 && this.#maxWaiting !== Number.POSITIVE_INFINITY);
    while (!mayGoOn()) await withPatience(this.#child, this.#changed.wait());
    this.#assertFine();
  }

  /** Says that nothing more comes. */
  end(): void {
    this.#isInputEnded = true;
    this.#child.input.end();
  }

  /** The next packet that is ready. Waits for one after `end()` only; then `undefined` means that all were given. */
  async take(): Promise<NutPacket | undefined> {
    for (;;) {
      const packet = this.#waiting.shift();
      if (packet !== undefined) {
        this.#changed.call();
        return packet;
      }
      this.#assertFine();
      if (!this.#isInputEnded || this.#isOver) return undefined;
      await withPatience(this.#child, this.#changed.wait());
    }
  }

  /** Ends the child; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#child.kill();
    this.#changed.call();
  }

  async #pump(reader: NutReader): Promise<void> {
    try {
      this.#stream = await reader.open();
      if (this.#stream !== undefined) await this.#readAll(reader);
      this.#failure ??= (await this.#child.ended).problem;
    } catch (error) {
      // A pipe that breaks is an end like any other; what the child said decides.
      if (error instanceof UnderstudyError) this.#failure = error;
    }
    this.#isOver = true;
    this.#changed.call();
  }

  async #readAll(reader: NutReader): Promise<void> {
    for (let packet = await reader.next(); packet !== undefined; packet = await reader.next()) {
      this.#waiting.push(packet);
      this.#changed.call();
      while (this.#waiting.length >= this.#maxWaiting && !this.#isClosed) await this.#changed.wait();
    }
  }

  #assertFine(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
