/** SQL of webhooks. $1 is the endpoint's id in all. Only a claim can be settled: a retry, or a new end, has made it void. */
export function webhookStatements(schema: string) {
  const job = `${schema}.job`;
  return {
    /** $2: now, $3: most webhooks, $4: until when they are claimed. */
    claimWebhooks: `
with due as materialized (
  select id, webhook_due_at as was_due_at from ${job} where endpoint_id = $1 and webhook_due_at <= $2
  order by webhook_due_at, place limit $3 for update skip locked
),
claimed as (
  update ${job} set webhook_due_at = $4, webhook_attempts = webhook_attempts + 1, webhook_is_claimed = true
  from due where job.endpoint_id = $1 and job.id = due.id returning job.*, was_due_at
)
select * from claimed order by was_due_at, place`,

    /** $2: the job, $3: when it is due again, or null. */
    settleWebhook: `
update ${job} set webhook_due_at = $3, webhook_is_claimed = false
where endpoint_id = $1 and id = $2 and webhook_is_claimed`,

    /** $2: the job, $3: when it is due again. */
    deferWebhook: `
update ${job} set webhook_due_at = $3, webhook_is_claimed = false, webhook_attempts = webhook_attempts - 1
where endpoint_id = $1 and id = $2 and webhook_is_claimed`,
  };
}
