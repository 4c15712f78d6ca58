/** What every row and every plan relies on, set on each new connection of either database. */
const settings: readonly (readonly [string, string])[] = [
  ['timezone', 'UTC'],
  ['datestyle', 'ISO, YMD'],
  ['intervalstyle', 'iso_8601'],
  ['bytea_output', 'hex'],
  ['extra_float_digits', '1'],
  ['standard_conforming_strings', 'on'],
  ['client_min_messages', 'warning'],
  // compiling plans costs more than it gives on short spatial statements
  ['jit', 'off'],
];

/** One statement that applies the settings, with limits in ms where the database enforces them. */
export function sessionSettings(limits: { statementMs: number; idleInTransactionMs: number }): string {
  const all = [
    ...settings,
    ['statement_timeout', String(limits.statementMs)],
    ['idle_in_transaction_session_timeout', String(limits.idleInTransactionMs)],
  ];
  return `select ${all.map(([name, value]) => `set_config('${name}', '${value}', false)`).join(', ')}`;
}
