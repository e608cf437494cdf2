import { objectsAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import { choiceAt, numberAt, shortText } from './fields.ts';
import type { KindRules } from './rules.ts';

const MAX_NAME = 50;
/** Reports a rate may stand in, as far as the sandbox tells sales from purchases. */
const REPORT_TYPES = ['OUTPUT', 'INPUT', 'NONE', 'EXEMPTOUTPUT', 'EXEMPTEXPENSES'] as const;
/** Decimals of a rate; Xero keeps four. */
const RATE_DECIMALS = 4;

/** Tax rates; one made over the API gets a type of its own. */
export const taxRateRules: KindRules = {
  kind: 'TaxRate',
  plural: 'TaxRates',
  idField: 'TaxType',
  isPaged: false,
  knowsModified: false,
  readName: 'TaxType',
  overwritten: (organisation, input) =>
    organisation.named('TaxRate', 'TaxType', textAt(input, 'TaxType') ?? '')[0] ??
    organisation.named('TaxRate', 'Name', textAt(input, 'Name') ?? '')[0],
  create(organisation, input) {
    const name = shortText(input, 'Name', MAX_NAME) ?? '';
    if (name === '' || objectsAt(input, 'TaxComponents').length === 0)
      throw new Invalid('A Name and at least one tax component are needed.');
    if (organisation.named('TaxRate', 'Name', name).length > 0) throw new Invalid('The Name is already in use.');
    const number = organisation.world.records.count(`${organisation.tenantId}/TaxRate`);
    return organisation.create('TaxRate', rateData(input, `TAX${String(number).padStart(3, '0')}`));
  },
  update(organisation, record, input) {
    const status = choiceAt(input, 'Status', ['ACTIVE', 'DELETED', 'ARCHIVED'], 'ACTIVE');
    return organisation.change(record, {
      ...record.data,
      ...rateData({ ...record.data, ...input }, ''),
      ...typeOf(record.data),
      Status: status,
    });
  },
  view: (_organisation, record) => record.data,
};

function typeOf(data: JsonObject): JsonObject {
  return { TaxType: data.TaxType };
}

function rateData(input: JsonObject, taxType: string): JsonObject {
  const components = objectsAt(input, 'TaxComponents').map((component) => ({
    Name: textAt(component, 'Name') ?? '',
    Rate: numberAt(component, 'Rate') ?? Decimal.zero,
    IsCompound: false,
    IsNonRecoverable: false,
  }));
  const report = choiceAt(input, 'ReportTaxType', REPORT_TYPES, 'OUTPUT');
  const rate = components.reduce((sum, { Rate }) => plus(sum, Rate), Decimal.zero);
  const isSale = report === 'OUTPUT' || report === 'EXEMPTOUTPUT';
  const isPurchase = report === 'INPUT' || report === 'EXEMPTEXPENSES';
  return {
    Name: input.Name,
    TaxType: taxType,
    ReportTaxType: report,
    CanApplyToAssets: true,
    CanApplyToEquity: true,
    CanApplyToExpenses: !isSale,
    CanApplyToLiabilities: true,
    CanApplyToRevenue: !isPurchase,
    DisplayTaxRate: rate,
    EffectiveRate: rate,
    Status: 'ACTIVE',
    TaxComponents: components,
  };
}

function plus(a: Decimal, b: Decimal): Decimal {
  const at = (value: Decimal) => value.units * 10n ** BigInt(RATE_DECIMALS - Math.min(value.scale, RATE_DECIMALS));
  return new Decimal(at(a) + at(b), RATE_DECIMALS);
}

/** The rate of one component that a fresh organisation has. */
export function seedRate(
  organisation: Organisation,
  { name, taxType, report, rate }: { name: string; taxType: string; report: string; rate: string },
): void {
  const component = { Name: name, Rate: Decimal.parse(rate)! };
  organisation.create('TaxRate', rateData({ Name: name, ReportTaxType: report, TaxComponents: [component] }, taxType));
}
