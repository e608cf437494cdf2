import { type Catalogue, loadCatalogue } from './descriptions.ts';
import { type Finding, findingLines, wholeFinding } from './finding.ts';
import { type RequestMessage, type ResponseMessage, splitUrl } from './message.ts';
import type { DescribedProvider } from './providers.ts';
import { requestFindings } from './request-findings.ts';
import { responseFindings } from './response-findings.ts';
import type { Router } from './routes.ts';
import { requiredSharedFolder } from './shared-folder.ts';
import { Tally } from './tally.ts';
import { undescribedRouter } from './undescribed.ts';
import { isWaived, WAIVERS, type Waiver } from './waivers.ts';

/** What the judge says of one message. */
export interface Verdict {
  /** `GET /v1/charges/{id}`, or null when no description covers the request. */
  readonly operation: string | null;
  /** Why the message does not conform: part, JSON path, reason. Empty when it does, or when it was not judged. */
  readonly errors: readonly string[];
  /** Ids of the waivers that were applied, one entry for each finding let pass. */
  readonly waived: readonly string[];
  /** False when nothing describes the operation, or an error answer of that status. */
  readonly judged: boolean;
}

/** How often a described operation was requested and answered. */
export interface OperationUse {
  readonly operation: string;
  readonly requests: number;
  readonly responses: number;
}

/** A name with how often it occurred. */
export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** Judges messages of one provider by its official description and remembers what it saw. */
export interface Judge {
  readonly provider: DescribedProvider;
  /** Strict: the operation exists, nothing unknown, read-only or ill-typed is sent, nothing required is missing. */
  judgeRequest(message: RequestMessage): Verdict;
  /** Lenient: unknown fields pass; required fields and all types are checked. */
  judgeResponse(message: ResponseMessage): Verdict;
  /** Every described operation seen, with how often. */
  operationsUsed(): readonly OperationUse[];
  /** What came by that no description covers: operations, and error answers as `GET /v1/charges → 429`. */
  notJudged(): readonly Counted[];
  /** Each waiver that was applied, as `id at operation`. */
  waiversUsed(): readonly Counted[];
}

/** What a judge goes by; tests of the judge bring their own. */
export interface JudgeParts {
  readonly provider: DescribedProvider;
  readonly catalogue: Catalogue;
  readonly undescribed: Router<string>;
  readonly waivers: readonly Waiver[];
}

/** A judge over the official files. Without a folder given, the one of the environment is taken, and must be there. */
export function loadJudge(provider: DescribedProvider, shared: string = requiredSharedFolder()): Judge {
  return new DescriptionJudge({
    provider,
    catalogue: loadCatalogue(provider, shared),
    undescribed: undescribedRouter(provider),
    waivers: WAIVERS,
  });
}

/** A judge over given parts. */
export function createJudge(parts: JudgeParts): Judge {
  return new DescriptionJudge(parts);
}

class DescriptionJudge implements Judge {
  readonly provider: DescribedProvider;
  readonly #catalogue: Catalogue;
  readonly #undescribed: Router<string>;
  readonly #waivers: readonly Waiver[];
  readonly #requests = new Tally();
  readonly #responses = new Tally();
  readonly #notJudged = new Tally();
  readonly #waived = new Tally();

  constructor({ provider, catalogue, undescribed, waivers }: JudgeParts) {
    this.provider = provider;
    this.#catalogue = catalogue;
    this.#undescribed = undescribed;
    this.#waivers = waivers.filter((waiver) => waiver.provider === provider);
  }

  judgeRequest(message: RequestMessage): Verdict {
    const { path, query } = splitUrl(message.url);
    const match = this.#catalogue.find(message.method, path);
    if (match === undefined) return this.#outsideDescription(message.method, path);
    const operation = match.route.target;
    this.#requests.add(operation.name);
    const findings = requestFindings(operation, message, match.parameters, query);
    return this.#verdict(operation.name, 'request', findings);
  }

  judgeResponse(message: ResponseMessage): Verdict {
    if (message.operation === null) return unjudged(null);
    const operation = this.#catalogue.operations.get(message.operation);
    if (operation === undefined) throw new Error(`${this.provider} has no operation ${message.operation}`);
    this.#responses.add(operation.name);
    const findings = responseFindings(operation, message);
    if (findings !== undefined) return this.#verdict(operation.name, 'response', findings);
    this.#notJudged.add(`${operation.name} → ${message.status}`);
    return unjudged(operation.name);
  }

  operationsUsed(): readonly OperationUse[] {
    const names = new Set([...this.#requests.entries(), ...this.#responses.entries()].map(({ name }) => name));
    return [...names].map((operation) => ({
      operation,
      requests: this.#requests.count(operation),
      responses: this.#responses.count(operation),
    }));
  }

  notJudged(): readonly Counted[] {
    return this.#notJudged.entries();
  }

  waiversUsed(): readonly Counted[] {
    return this.#waived.entries();
  }

  #outsideDescription(method: string, path: string): Verdict {
    const known = this.#undescribed(method, path);
    if (known !== undefined) {
      this.#notJudged.add(known.route.target);
      return unjudged(null);
    }
    const finding = wholeFinding('operation', 'unknown', `${this.provider} has no ${method.toUpperCase()} ${path}`);
    return { operation: null, errors: findingLines([finding]), waived: [], judged: true };
  }

  #verdict(operation: string, direction: Waiver['direction'], findings: readonly Finding[]): Verdict {
    const waived: string[] = [];
    const kept = findings.filter((finding) => {
      const waiver = this.#waivers.find((candidate) => isWaived(candidate, operation, direction, finding));
      if (waiver === undefined) return true;
      waived.push(waiver.id);
      this.#waived.add(`${waiver.id} at ${operation}`);
      return false;
    });
    return { operation, errors: findingLines(kept), waived, judged: true };
  }
}

function unjudged(operation: string | null): Verdict {
  return { operation, errors: [], waived: [], judged: false };
}
