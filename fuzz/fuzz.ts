/** Runs the campaigns for so many inputs each, and collects what is wrong. The same seed gives the same inputs. */
import { type Campaign, campaigns, type Outcome } from './campaigns.js';
import { createRandom } from './mutate.js';

export interface Failure {
  campaign: string;
  /** Number of the input within its campaign. */
  run: number;
  complaint: string;
  input: Uint8Array;
}

export interface CampaignReport {
  name: string;
  runs: number;
  accepted: number;
  longestMs: number;
  failures: Failure[];
}

const MOST_FAILURES = 5;

export interface FuzzOptions {
  seed: number;
  runs: number;
  /** Name of a campaign; without it all. */
  only?: string | undefined;
  /** An input that takes longer than its campaign allows is a failure; not on a machine that may stand still. */
  timed: boolean;
}

export async function fuzz(options: FuzzOptions): Promise<CampaignReport[]> {
  const { only } = options;
  const reports: CampaignReport[] = [];
  for (const campaign of campaigns()) {
    try {
      if (only === undefined || only === campaign.name) reports.push(await runCampaign(campaign, options));
    } finally {
      await campaign.close?.();
    }
  }
  return reports;
}

async function runCampaign(campaign: Campaign, { seed, runs, timed }: FuzzOptions): Promise<CampaignReport> {
  const { name, limitMs } = campaign;
  const report: CampaignReport = { name, runs: 0, accepted: 0, longestMs: 0, failures: [] };
  while (report.runs < runs && report.failures.length < MOST_FAILURES) {
    const run = report.runs++;
    // each input has a seed of its own, so that one can be made again alone
    const random = createRandom(seed * 1_000_003 + run);
    const start = performance.now();
    const outcome: Outcome = await campaign.next(random);
    const took = performance.now() - start;
    report.longestMs = Math.max(report.longestMs, took);
    if (outcome.accepted) report.accepted += 1;
    const complaint =
      outcome.complaint ??
      (timed && took > limitMs ? `took ${Math.round(took)} ms, more than ${limitMs}` : undefined);
    if (complaint) report.failures.push({ campaign: name, run, complaint, input: outcome.input });
  }
  return report;
}
