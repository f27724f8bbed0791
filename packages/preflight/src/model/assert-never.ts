/** Ends a `switch` over a closed union. @throws Error when a value outside the union arrives. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
