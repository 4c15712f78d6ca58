/** Days and moments as people in China read them: there is one time there, wherever the server's clock stands. */
const clock = new Intl.DateTimeFormat('sv-SE', {
  ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  timeZone: 'Asia/Shanghai',
});

/** Beijing time, YYYY-MM-DD HH:MM:SS. */
export const chinaTime = (moment: string): string => clock.format(new Date(moment));

/** The day that a moment belongs to, YYYY-MM-DD. */
export const chinaDay = (moment: Date): string =>
  new Date(moment.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
