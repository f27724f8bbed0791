/** How much longer than the natural pace speech may take: faster is not understood, slower is not listened to. */
export const stretchRange = { min: 0.75, max: 1.35 } as const;
