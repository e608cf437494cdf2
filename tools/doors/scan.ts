import { defaultExports } from './default-exports.ts';
import { errorCodes } from './error-codes.ts';
import { orderedLists } from './ordered-lists.ts';
import { outsideDoors } from './outside-doors.ts';
import { pureFiles } from './pure-files.ts';
import { sizes } from './sizes.ts';
import { type Finding, type Rule, readFiles } from './source-file.ts';

/** The product: every rule holds. */
const PRODUCT = ['src', 'sandbox/src'];
/** What is around it may use clocks and chance, but is read by people just the same. */
const AROUND = ['test', 'tools', 'bench', 'demo'];

const PRODUCT_RULES: readonly Rule[] = [outsideDoors, pureFiles, orderedLists, defaultExports, sizes];
const AROUND_RULES: readonly Rule[] = [sizes];

export interface Scan {
  /** Files that were read. */
  readonly files: number;
  readonly findings: readonly Finding[];
}

/** Looks at every source file below `root`; `codes` are the error codes of the table. */
export function scan(root: string, codes: readonly string[]): Scan {
  const product = readFiles(root, PRODUCT);
  const around = readFiles(root, AROUND);
  const findings = [
    ...product.flatMap((file) => PRODUCT_RULES.flatMap((rule) => rule(file))),
    ...around.flatMap((file) => AROUND_RULES.flatMap((rule) => rule(file))),
    ...errorCodes(product, codes),
  ];
  return { files: product.length + around.length, findings };
}
