/** Milliseconds after which a stop that its worker never asked for is dropped: workers before runpod-python 1.9.1 never ask. */
export const stopLifetimeMs = 3_600_000;
