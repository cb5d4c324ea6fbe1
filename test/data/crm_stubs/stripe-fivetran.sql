-- Stripe as Fivetran lands it: amounts are whole numbers of the smallest unit.
CREATE TABLE invoice (id text, customer_id text, status text, total bigint, subtotal bigint, tax bigint, currency text, livemode boolean,
                      is_deleted boolean, created timestamptz);
INSERT INTO invoice VALUES
    ('in_1', 'cus_1', 'paid', 12100, 10000, 2100, 'eur', true, false, '2026-01-31 23:30+00'),   -- 100 for February and March, 21 tax
    ('in_2', 'cus_2', 'paid', 5000, 5000, NULL, 'jpy', true, false, '2026-01-10 10:00+00'),     -- yen have no hundredths
    ('in_3', 'cus_2', 'paid', 5000, 5000, 0, 'kwd', true, false, '2026-01-10 10:00+00'),        -- dinars have thousandths
    ('in_4', 'cus_3', 'paid', 9000, 10000, 0, 'eur', true, false, '2026-01-10 10:00+00'),       -- a discount of 10
    ('in_5', 'cus_4', 'paid', 999, 999, 0, 'eur', false, false, '2026-01-10 10:00+00'),         -- a test
    ('in_6', 'cus_4', 'draft', 999, 999, 0, 'eur', true, false, '2026-01-10 10:00+00'),
    ('in_7', 'cus_4', 'void', 999, 999, 0, 'eur', true, false, '2026-01-10 10:00+00'),
    ('in_8', 'cus_4', 'uncollectible', 999, 999, 0, 'eur', true, false, '2026-01-10 10:00+00'),
    ('in_9', 'cus_4', 'paid', 999, 999, 0, 'eur', true, true, '2026-01-10 10:00+00');           -- deleted
CREATE TABLE invoice_line_item (id text, invoice_id text, amount bigint, period_start timestamptz, period_end timestamptz);
INSERT INTO invoice_line_item VALUES
    ('il_1', 'in_1', 10000, '2026-01-31 23:00+00', '2026-03-31 22:00+00'),         -- 59 days, of which 28 are of February
    ('il_2', 'in_2', 5000, '2026-01-10 10:00+00', '2026-01-10 10:00+00'),          -- not for a period
    ('il_4a', 'in_4', 4000, '2026-01-09 23:00+00', '2026-02-09 23:00+00'),         -- 31 days, of which 22 are of January
    ('il_4b', 'in_4', 6000, '2026-01-10 10:00+00', '2026-01-10 10:00+00');         -- in_3 has no lines
CREATE TABLE credit_note (id text, invoice_id text, total bigint, status text, livemode boolean, refund_id text, created timestamptz);
INSERT INTO credit_note VALUES
    ('cn_1', 'in_1', 1210, 'issued', true, 're_1', '2026-02-28 23:30+00'),         -- 10 and 2.10 tax
    ('cn_2', 'in_1', 1210, 'void', true, NULL, '2026-02-28 10:00+00');
CREATE TABLE charge (id text, invoice_id text);
INSERT INTO charge VALUES ('ch_1', 'in_1'), ('ch_4', 'in_4'), ('ch_9', NULL);
CREATE TABLE refund (id text, charge_id text, amount bigint, status text, created timestamptz);
INSERT INTO refund VALUES
    ('re_1', 'ch_1', 1210, 'succeeded', '2026-02-28 23:30+00'),                    -- the same as cn_1
    ('re_2', 'ch_4', 500, 'succeeded', '2026-03-05 10:00+00'), ('re_3', 'ch_4', 500, 'failed', '2026-03-05 10:00+00'),
    ('re_4', 'ch_9', 500, 'succeeded', '2026-03-05 10:00+00');                     -- of something without an invoice
