-- A copy of a database rests until a person lets it act. All of this is done when Odoo neutralizes
-- a database; what stands above the line "only when neutralized" is done in any copy that Odoo
-- makes, as soon as it wakes up (services/copies.py). Reasons are codes; services/reasons.py has
-- the words.

-- live workflows are paused: nobody enters, nobody moves
UPDATE crm_workflow
   SET state = 'paused',
       pause_reason = 'copy_paused'
 WHERE state = 'on';

-- records that finish the way of a workflow that is off wait for a person
UPDATE crm_workflow_enrollment
   SET due_at = NULL
 WHERE state = 'active'
   AND workflow_id IN (SELECT id FROM crm_workflow WHERE state = 'off');

-- what was captured, called or in hands in the original is none of the copy's business
DELETE FROM crm_workflow_event;
DELETE FROM crm_workflow_ticket;
DELETE FROM crm_workflow_webhook_call WHERE state = 'new';

-- what was to be sent is sent by the original: calls, the e-mails of steps whoever gets them, and
-- what workflows tell their own people
UPDATE crm_workflow_call
   SET state = 'cancelled', next_at = NULL, locked_until = NULL,
       error = 'copy_cancelled'
 WHERE state = 'waiting';
UPDATE mail_mail
   SET state = 'cancel', failure_type = 'crm_workflow_copy', failure_reason = NULL
 WHERE state = 'outgoing'
   AND (crm_workflow_attempt > 0
        OR mail_message_id IN (SELECT id FROM mail_message WHERE model = 'crm.workflow'));

-- ---- only when neutralized ----

-- callers know the original's webhooks; those of the copy get other addresses, and no secrets
UPDATE crm_workflow_webhook
   SET identifier = left(md5(random()::text || clock_timestamp()::text || id), 16),
       secret = NULL;

-- the copy knows no secret of other systems
DELETE FROM crm_workflow_call_secret;

-- where OCA's queue_job is installed, nobody is to take up the original's jobs
DO $$
BEGIN
    IF to_regclass('queue_job') IS NOT NULL THEN
        UPDATE queue_job
           SET state = 'cancelled', date_cancelled = now() AT TIME ZONE 'UTC'
         WHERE channel_method_name = '<crm.workflow>._job_run'
           AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started');
    END IF;
END $$;
