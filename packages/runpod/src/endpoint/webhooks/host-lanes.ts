/** Lets only so many deliveries run to each host, so that one that hangs holds up nobody else's. */
export interface HostLanes {
  /**
   * Waits for a lane to this host.
   * @returns gives the lane back; undefined when none was free within `waitMs`.
   */
  enter(host: string, waitMs: number): Promise<(() => void) | undefined>;
}

/** Lanes in memory. */
export function createHostLanes(lanesPerHost: number): HostLanes {
  const hosts = new Map<string, { inside: number; readonly waiting: Set<() => void> }>();
  return {
    async enter(host, waitMs) {
      const lanes = hosts.get(host) ?? { inside: 0, waiting: new Set<() => void>() };
      hosts.set(host, lanes);
      const leave = () => {
        const [next] = lanes.waiting;
        if (next !== undefined) return next();
        lanes.inside--;
        if (lanes.inside === 0) hosts.delete(host);
      };
      if (lanes.inside < lanesPerHost) {
        lanes.inside++;
        return leave;
      }
      return new Promise((resolve) => {
        const admit = () => {
          clearTimeout(timer);
          lanes.waiting.delete(admit);
          resolve(leave);
        };
        const timer = setTimeout(() => {
          lanes.waiting.delete(admit);
          resolve(undefined);
        }, waitMs);
        lanes.waiting.add(admit);
      });
    },
  };
}
