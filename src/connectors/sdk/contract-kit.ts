/**
 * What every connector must hold, as tests: call {@link runSourceContract} or {@link runLedgerContract} from the one
 * contract test of a connector's folder. Imports the test runner, so only tests may import it.
 */
export type { ErrorAnswer } from './contract-kit-errors.ts';
export { type BatchEntry, type LedgerContract, runLedgerContract, sampleMarking } from './contract-kit-ledger.ts';
export { factsOf, readEverything, storeOf } from './contract-kit-passes.ts';
export { type RecordSample, runSourceContract, type SourceContract } from './contract-kit-source.ts';
