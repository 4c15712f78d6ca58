/** Errors of WFS as ows:ExceptionReport (OGC 09-025r2 §7.5, OGC 06-121r3 §8). */
import { AppError } from '../../core/errors.js';
import type { Fault, StandardAnswer } from '../standard.js';
import { escapeXml } from './escape-xml.js';

export type OwsCode =
  | 'MissingParameterValue'
  | 'InvalidParameterValue'
  | 'VersionNegotiationFailed'
  | 'OperationNotSupported'
  | 'OptionNotSupported'
  | 'OperationParsingFailed'
  | 'OperationProcessingFailed'
  | 'NotFound'
  | 'NoApplicableCode';

export function wfsFault(code: OwsCode, locator: string, zh: string, en: string): AppError {
  return new AppError(code === 'NotFound' ? 'not-found' : 'bad-parameter', `${locator}: ${en}`, {
    ows: { code, locator },
    detail: { zh: `${locator}：${zh}。`, en: `${locator}: ${en}.` },
  });
}

/** The same error, told in the way of the version that was asked for. */
export function inVersion(thrown: unknown, version: string | undefined): unknown {
  if (!(thrown instanceof AppError) || version === undefined) return thrown;
  return new AppError(thrown.code, thrown.message, { ...thrown.facts, wfsVersion: version }, thrown.cause);
}

export function writeException(fault: Fault): StandardAnswer {
  const { facts, status, detail } = fault;
  const { code, locator } = owsOf(fault);
  const old = facts.wfsVersion === '1.1.0';
  const namespace = old ? 'http://www.opengis.net/ows' : 'http://www.opengis.net/ows/1.1';
  const named = locator !== undefined && old ? (oldNames[locator] ?? locator) : locator;
  const place = named === undefined ? '' : ` locator="${escapeXml(named)}"`;
  return {
    status,
    type: old ? 'text/xml; charset=UTF-8' : 'application/xml',
    body: `<?xml version="1.0" encoding="UTF-8"?>
<ows:ExceptionReport xmlns:ows="${namespace}" version="${old ? '1.0.0' : '2.0.0'}">
<ows:Exception exceptionCode="${code}"${place}><ows:ExceptionText>${escapeXml(detail)}</ows:ExceptionText></ows:Exception>
</ows:ExceptionReport>
`,
  };
}

/** Parameters that had other names in 1.1.0. */
const oldNames: Readonly<Record<string, string>> = {
  typeNames: 'typeName',
  count: 'maxFeatures',
  resourceId: 'featureId',
};

function owsOf({ facts, code }: Fault): { code: OwsCode; locator?: string } {
  if (facts.ows) return facts.ows as { code: OwsCode; locator?: string };
  const locator = typeof facts.locator === 'string' ? { locator: facts.locator } : {};
  if (facts.unknownProperty !== undefined) return { code: 'InvalidParameterValue', locator: 'filter' };
  if (facts.filter === true) return { code: 'InvalidParameterValue', locator: 'filter' };
  if (code === 'bad-parameter' || code === 'unknown-parameter')
    return { code: 'InvalidParameterValue', ...locator };
  return { code: code === 'not-found' ? 'NotFound' : 'NoApplicableCode', ...locator };
}
