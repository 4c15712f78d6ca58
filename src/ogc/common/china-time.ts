/** A moment as people in China read it: there is one time there. */
const clock = new Intl.DateTimeFormat('sv-SE', {
  ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  timeZone: 'Asia/Shanghai',
});

/** Beijing time, YYYY-MM-DD HH:MM:SS. */
export const chinaTime = (moment: string): string => clock.format(new Date(moment));
