import { flag, option } from './spec.ts';
import { anyText } from './values.ts';

/** Options of every command. */
export const GLOBAL_OPTIONS = {
  json: flag('--json', 'Print one JSON object on standard output'),
  quiet: flag('--quiet', 'No progress and no notes; errors are shown all the same'),
  verbose: flag('--verbose', 'Show what the hub does'),
  noColor: flag('--no-color', 'No colours, as with the variable NO_COLOR'),
  dataDir: option('--data-dir <folder>', 'Data directory, instead of COUNTERFOIL_DATA_DIR', anyText),
} as const;
