import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { msDay } from '../basics/dates.ts';
import type { Organisation } from '../books/organisation.ts';

/** The organisation as `GET /Organisation` answers it. */
export function organisationView(organisation: Organisation): JsonObject {
  const { period, endOfYear } = organisation.locks();
  return {
    OrganisationID: organisation.tenantId,
    Name: organisation.facts.name,
    LegalName: organisation.facts.name,
    PaysTax: true,
    Version: 'US',
    OrganisationType: 'COMPANY',
    OrganisationEntityType: 'COMPANY',
    BaseCurrency: organisation.currency,
    CountryCode: 'US',
    IsDemoCompany: true,
    OrganisationStatus: 'ACTIVE',
    FinancialYearEndDay: Decimal.of(31),
    FinancialYearEndMonth: Decimal.of(12),
    SalesTaxBasis: 'ACCRUALS',
    SalesTaxPeriod: 'QUARTERLY',
    ...(period === null ? {} : { PeriodLockDate: msDay(period) }),
    ...(endOfYear === null ? {} : { EndOfYearLockDate: msDay(endOfYear) }),
    Timezone: 'UTC',
    ShortCode: `!${organisation.tenantId.slice(0, 5)}`,
    Edition: 'BUSINESS',
    Class: 'DEMO',
    Addresses: [],
    Phones: [],
    ExternalLinks: [],
    PaymentTerms: {},
  };
}
