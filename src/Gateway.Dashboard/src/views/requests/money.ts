// Amounts of a single request lie far below a cent: they are shown to the last digit, so that the sum can be checked.
const most = 9;
const fewest = 4;
const fallback = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 });

export function exactUsd(value: number, digits = digitsOf([value])): string {
  return value !== 0 && Math.abs(value) < 10 ** -most
    ? fallback.format(value)
    : new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** How many digits show all of these exactly: with the same for all, the points stand below each other. */
export function digitsOf(values: number[]): number {
  for (let digits = fewest; digits < most; digits++) {
    if (values.every((value) => isSame(value, Number(value.toFixed(digits))))) {
      return digits;
    }
  }

  return most;
}

/** Sums of doubles are off in the last places. */
export function isSame(left: number, right: number): boolean {
  return Math.abs(left - right) < 10 ** -(most + 1);
}
