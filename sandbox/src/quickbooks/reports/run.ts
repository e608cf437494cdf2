import type { JsonObject } from '../../core/exact/json.ts';
import { unsupportedOperation } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { checkParameters } from '../http/parameters.ts';
import { agedReceivables } from './aged-receivables.ts';
import { generalLedger } from './general-ledger.ts';
import { dateParameter, PERIOD_PARAMETERS, periodOf } from './report.ts';
import { balanceSheet, profitAndLoss, trialBalance } from './statements.ts';

/** Runs the report of a path segment. Reports are worked out from the books, on accrual basis. */
export function runReport(company: Company, name: string, parameters: URLSearchParams): JsonObject {
  switch (name) {
    case 'TrialBalance':
      checkParameters(parameters, PERIOD_PARAMETERS);
      return trialBalance(company, periodOf(company, parameters));
    case 'ProfitAndLoss':
      checkParameters(parameters, PERIOD_PARAMETERS);
      return profitAndLoss(company, periodOf(company, parameters));
    case 'BalanceSheet':
      checkParameters(parameters, PERIOD_PARAMETERS);
      return balanceSheet(company, periodOf(company, parameters));
    case 'GeneralLedger': {
      checkParameters(parameters, [...PERIOD_PARAMETERS, 'account']);
      const accounts = (parameters.get('account') ?? '').split(',').filter((id) => id !== '');
      return generalLedger(company, periodOf(company, parameters), accounts);
    }
    case 'AgedReceivables':
      checkParameters(parameters, ['minorversion', 'report_date']);
      return agedReceivables(company, dateParameter(parameters, 'report_date') ?? company.today());
    default:
      throw unsupportedOperation(`report ${name}`);
  }
}
