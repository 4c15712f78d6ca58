/** The service's own counters, printed in the Prometheus text format (version 0.0.4). */
import type { Verdict } from '../policy/policy-types.js';
import type { ServiceStatus } from './service.js';

export interface Metrics {
  countRequest(method: string, route: string, status: number, seconds: number): void;
  countCheck(verdict: Verdict, parcels: number): void;
  render(status: ServiceStatus | undefined, work: { running: number; waiting: number }): string;
}

const bucketsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Histogram {
  counts: number[];
  sum: number;
  count: number;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [suffix: string, labels: Labels, value: number];

export function createMetrics(): Metrics {
  const requests = new Map<string, { labels: Labels; count: number }>();
  const durations = new Map<string, { labels: Labels; histogram: Histogram }>();
  const checks: Record<Verdict, number> = { clear: 0, attention: 0, prohibited: 0, undetermined: 0 };
  let parcelTotal = 0;

  return {
    countRequest(method, route, status, seconds) {
      const labels = { method, route, status: String(status) };
      const key = `${method} ${route} ${status}`;
      const entry = requests.get(key) ?? { labels, count: 0 };
      entry.count++;
      requests.set(key, entry);
      const timed = durations.get(route) ?? { labels: { route }, histogram: emptyHistogram() };
      observe(timed.histogram, seconds);
      durations.set(route, timed);
    },
    countCheck(verdict, parcels) {
      checks[verdict]++;
      parcelTotal += parcels;
    },
    render(status, work) {
      const verdicts = Object.entries(checks).map(([verdict, n]): Sample => ['', { verdict }, n]);
      return [
        family(
          'onemap_requests_total',
          'counter',
          'Requests by method, route and status.',
          [...requests.values()].map((r): Sample => ['', r.labels, r.count]),
        ),
        family(
          'onemap_request_duration_seconds',
          'histogram',
          'Time from request to answer.',
          [...durations.values()].flatMap(({ labels, histogram }) => histogramSamples(labels, histogram)),
        ),
        family('onemap_checks_total', 'counter', 'Checks made, by verdict.', verdicts),
        single('onemap_checked_parcels_total', 'counter', 'Parcels checked.', parcelTotal),
        single('onemap_work_running', 'gauge', 'Heavy requests at work.', work.running),
        single('onemap_work_waiting', 'gauge', 'Heavy requests that wait for their turn.', work.waiting),
        ...serviceFamilies(status),
        single('process_resident_memory_bytes', 'gauge', 'Resident memory.', process.memoryUsage.rss()),
      ].join('');
    },
  };
}

function serviceFamilies(status: ServiceStatus | undefined): string[] {
  if (!status) return [single('onemap_ready', 'gauge', 'Whether checks can be made.', 0)];
  const { database, cache } = status;
  return [
    single('onemap_ready', 'gauge', 'Whether checks can be made.', status.ready ? 1 : 0),
    single('onemap_database_up', 'gauge', 'Whether the database answers.', database.reachable ? 1 : 0),
    single(
      'onemap_database_lost_statements_total',
      'counter',
      'Statements the embedded database lost.',
      database.lostStatements,
    ),
    single(
      'onemap_database_reopened_total',
      'counter',
      'Times the database was reopened.',
      database.reopened,
    ),
    single('onemap_cache_bytes', 'gauge', 'Prepared edges in memory.', cache.bytes),
    single('onemap_cache_budget_bytes', 'gauge', 'Limit of the prepared edges.', cache.budgetBytes),
  ];
}

const emptyHistogram = (): Histogram => ({ counts: bucketsS.map(() => 0), sum: 0, count: 0 });

function observe(histogram: Histogram, seconds: number): void {
  histogram.sum += seconds;
  histogram.count++;
  for (let i = 0; i < bucketsS.length; i++) {
    if (seconds <= (bucketsS[i] ?? 0)) histogram.counts[i] = (histogram.counts[i] ?? 0) + 1;
  }
}

function histogramSamples(labels: Labels, histogram: Histogram): Sample[] {
  const buckets = bucketsS.map(
    (le, i): Sample => ['_bucket', { ...labels, le: String(le) }, histogram.counts[i] ?? 0],
  );
  return [
    ...buckets,
    ['_bucket', { ...labels, le: '+Inf' }, histogram.count],
    ['_sum', labels, histogram.sum],
    ['_count', labels, histogram.count],
  ];
}

const single = (name: string, type: string, help: string, value: number): string =>
  family(name, type, help, [['', {}, value]]);

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([suffix, labels, value]) => `${name}${suffix}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeLabel = (value: string): string =>
  value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
