/** `1 project`, `2 projects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `just now`, `5 min ago`, `in 3 h`, `2 d ago`: near enough for a list. */
export function relative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  const amount =
    distance < 60_000
      ? ""
      : distance < 3_600_000
        ? `${Math.round(distance / 60_000)} min`
        : distance < 48 * 3_600_000
          ? `${Math.round(distance / 3_600_000)} h`
          : `${Math.round(distance / 86_400_000)} d`;
  if (amount === "") return at > now ? "in a moment" : "just now";
  return at > now ? `in ${amount}` : `${amount} ago`;
}
