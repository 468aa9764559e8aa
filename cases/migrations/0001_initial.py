"""The tables of the cases; what SQL guards better follows in 0002."""

import cases.deadlines.stops
import cases.lifecycle
import cases.models.case
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import windows.models.people
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('windows', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('answer', 'answer'), ('granted', 'granted'), ('direction', 'direction'), ('reply_card', 'reply card'), ('refusal', 'refusal with remedies'), ('withdrawn', 'withdrawn by the applicant'), ('lapsed', 'counts as withdrawn')], max_length=12)),
                ('text', models.TextField()),
                ('next_step', models.TextField(blank=True)),
                ('basis', models.CharField(blank=True, max_length=500)),
                ('other_way', models.TextField(blank=True)),
                ('remedies', models.TextField(blank=True)),
                ('is_signed', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('counter', 'at the counter'), ('telephone', 'telephone'), ('letter', 'letter'), ('web', 'web')], max_length=10)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('state', models.CharField(choices=[('asked', 'asked'), ('accepted', 'accepted'), ('waiting', 'waiting for the applicant'), ('directed', 'directed elsewhere'), ('raised', 'raised'), ('negative_filed', 'negative proposed'), ('answered', 'answered'), ('closed', 'closed')], default=cases.lifecycle.State['ASKED'], max_length=15)),
                ('opened_at', models.DateTimeField()),
                ('current_span', models.BigIntegerField(null=True, unique=True)),
                ('received_on', models.DateField(null=True)),
                ('tell_by', models.DateField(null=True)),
                ('tell_from', models.DateField(null=True)),
                ('limits', models.JSONField(null=True)),
                ('bundled', models.JSONField(null=True)),
                ('accepted_on', models.DateField(null=True)),
                ('expires_on', models.DateField(null=True)),
                ('renews_after', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('promised_due', models.DateField(null=True)),
                ('statutory_due', models.DateField(null=True)),
                ('to_deliver', models.BooleanField(default=False)),
                ('has_contact', models.BooleanField(default=False)),
                ('declines', models.PositiveSmallIntegerField(default=0)),
                ('limbo_since', models.DateTimeField(null=True)),
                ('second_notices', models.PositiveSmallIntegerField(default=0)),
                ('is_green', models.BooleanField(default=False)),
                ('green_days', models.PositiveSmallIntegerField(default=0)),
                ('reopened', models.PositiveSmallIntegerField(default=0)),
                ('closed_at', models.DateTimeField(null=True)),
                ('close_rule', models.CharField(blank=True, choices=[(cases.lifecycle.CloseRule['CALLED_BACK'], cases.lifecycle.CloseRule['CALLED_BACK']), (cases.lifecycle.CloseRule['NO_CONTACT'], cases.lifecycle.CloseRule['NO_CONTACT']), (cases.lifecycle.CloseRule['WITHDRAWN'], cases.lifecycle.CloseRule['WITHDRAWN'])], max_length=15)),
                ('code_hash', models.CharField(max_length=200)),
                ('salt', models.BinaryField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('head_seq', models.IntegerField(default=0)),
                ('head_hash', models.BinaryField(default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00')),
                ('head_transaction', models.BigIntegerField(default=0)),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.department')),
                ('final_answer', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.answer')),
                ('first_responder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first_window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.window')),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.hall')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.serviceitem')),
                ('window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.window')),
            ],
        ),
        migrations.AddField(
            model_name='answer',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.case'),
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reopening', 'reopening'), ('substitution', 'substitution')], max_length=12)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='cases.case')),
                ('clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instead_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('basis', models.CharField(choices=[(cases.lifecycle.SpanBasis['FIRST'], cases.lifecycle.SpanBasis['FIRST']), (cases.lifecycle.SpanBasis['REFERRAL'], cases.lifecycle.SpanBasis['REFERRAL']), (cases.lifecycle.SpanBasis['REOPENING'], cases.lifecycle.SpanBasis['REOPENING']), (cases.lifecycle.SpanBasis['SUBSTITUTION'], cases.lifecycle.SpanBasis['SUBSTITUTION'])], max_length=12)),
                ('open_case', models.GeneratedField(db_persist=True, expression=models.Case(models.When(then=models.F('case_id'), until__isnull=True), default=None), output_field=models.BigIntegerField(null=True))),
                ('first_clerk', models.GeneratedField(db_persist=True, expression=models.Case(models.When(ordinal=1, then=models.F('clerk_id')), default=None), output_field=models.BigIntegerField(null=True))),
                ('first_since', models.GeneratedField(db_persist=True, expression=models.Case(models.When(ordinal=1, then=models.F('since')), default=None), output_field=models.DateTimeField(null=True))),
                ('previous_ordinal', models.GeneratedField(db_persist=True, expression=models.Case(models.When(ordinal__gt=1, then=django.db.models.functions.comparison.Cast(django.db.models.expressions.CombinedExpression(models.F('ordinal'), '-', models.Value(1)), models.SmallIntegerField())), default=None), output_field=models.SmallIntegerField(null=True))),
                ('appointment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='span', to='cases.appointment')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spans', to='cases.case')),
                ('clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='cases.assignment')),
                ('window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.window')),
            ],
            options={
                'ordering': ['case', 'ordinal'],
            },
        ),
        migrations.CreateModel(
            name='CalendarRelease',
            fields=[
                ('version', models.BigIntegerField(primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=30)),
                ('body', models.TextField()),
                ('fmt', models.SmallIntegerField(default=1)),
                ('hash_alg', models.CharField(default='sha256', max_length=10)),
                ('sig_alg', models.CharField(default='ed25519', max_length=10)),
                ('prev_hash', models.BinaryField()),
                ('hash', models.BinaryField()),
                ('key_id', models.CharField(max_length=20)),
                ('signature', models.BinaryField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.case')),
                ('window', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.window')),
            ],
            options={
                'ordering': ['case', 'seq'],
            },
        ),
        migrations.CreateModel(
            name='CaseMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=300)),
                ('standard', models.CharField(blank=True, max_length=8000)),
                ('how_to_get', models.CharField(blank=True, max_length=8000)),
                ('sample', models.CharField(blank=True, max_length=8000)),
                ('is_required', models.BooleanField(default=True)),
                ('form', models.CharField(blank=True, choices=[('original', 'original'), ('copy', 'copy'), ('both', 'original and copy'), ('electronic', 'electronic')], max_length=10)),
                ('copies', models.PositiveSmallIntegerField(default=1)),
                ('may_follow', models.BooleanField(default=False)),
                ('follow_by', models.DateField(null=True)),
                ('is_extra', models.BooleanField(default=False)),
                ('serves', models.JSONField(blank=True, default=list)),
                ('received_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='cases.case')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('offset', models.DurationField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='clock_has_one_row')],
            },
        ),
        migrations.CreateModel(
            name='ClockStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[(cases.deadlines.stops.StopGround['HEARING'], 'hearing'), (cases.deadlines.stops.StopGround['TENDER'], 'tender'), (cases.deadlines.stops.StopGround['AUCTION'], 'auction'), (cases.deadlines.stops.StopGround['INSPECTION'], 'inspection'), (cases.deadlines.stops.StopGround['TESTING'], 'testing'), (cases.deadlines.stops.StopGround['QUARANTINE'], 'quarantine'), (cases.deadlines.stops.StopGround['APPRAISAL'], 'appraisal'), (cases.deadlines.stops.StopGround['EXPERTS'], 'expert review'), (cases.deadlines.stops.StopGround['PUBLICITY'], 'public notice')], max_length=12)),
                ('reason', models.CharField(max_length=300)),
                ('limit_days', models.PositiveSmallIntegerField(null=True)),
                ('began_on', models.DateField()),
                ('at', models.DateTimeField()),
                ('resumed_on', models.DateField(null=True)),
                ('resumed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='cases.case')),
                ('resumed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('way', 'a way forward'), ('tell', 'acceptance, or what is missing'), ('promised', 'promised date'), ('statutory', 'statutory date'), ('bring', 'missing papers'), ('check_back', 'check-back'), ('reply', 'reply to the raised question'), ('negative', 'decision on the negative'), ('call_back', 'call-back'), ('stop', 'end of the stop'), ('delivery', 'delivery')], max_length=12)),
                ('starts_on', models.DateField()),
                ('days', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(default='working', max_length=10)),
                ('due_on', models.DateField()),
                ('rule', models.CharField(max_length=20)),
                ('calendar_version', models.BigIntegerField()),
                ('is_provisional', models.BooleanField(default=False)),
                ('set_at', models.DateTimeField()),
                ('was_on', models.DateField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='cases.case')),
                ('release', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.calendarrelease')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[(cases.lifecycle.Method['COUNTER'], 'handed over at the counter'), (cases.lifecycle.Method['POST'], 'by post'), (cases.lifecycle.Method['ELECTRONIC'], 'electronically')], max_length=10)),
                ('receiver', models.CharField(blank=True, choices=[('applicant', 'the applicant'), ('agent', 'the agent')], max_length=10)),
                ('proof', models.CharField(blank=True, choices=[('identity', 'identity paper'), ('slip', 'acceptance slip or receipt, and identity paper'), ('authorisation', "authorisation, and the agent's identity paper"), ('tracked', "the carrier's record under the tracking number"), ('return_receipt', 'the signed return receipt')], max_length=15)),
                ('carrier', models.CharField(blank=True, max_length=100)),
                ('tracking', models.CharField(blank=True, max_length=60)),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('under_way', 'on its way'), ('delivered', 'delivered'), ('failed', 'came back')], max_length=10)),
                ('settled_on', models.DateField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(blank=True, max_length=300)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.answer')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='cases.case')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Direction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=100)),
                ('address', models.CharField(max_length=300)),
                ('telephone', models.CharField(max_length=200)),
                ('hours', models.CharField(blank=True, max_length=200)),
                ('bring', models.CharField(max_length=500)),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('check_back_on', models.DateField()),
                ('state', models.CharField(choices=[('waiting', 'check-back due'), ('reached', 'got through'), ('failed', 'did not get through')], default='waiting', max_length=10)),
                ('checked_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='directions', to='cases.case')),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.department')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(max_length=300)),
                ('head', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='cases.case')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('satisfied', 'satisfied'), ('unsatisfied', 'not satisfied or not really done'), ('explained', 'not satisfied, the law explained'), ('not_reached', 'not reached')], max_length=12)),
                ('remark', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='cases.case')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FormKey',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('digest', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='GreenChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_key', models.BinaryField()),
                ('ground_sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('chased_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=300)),
                ('ended_at', models.DateTimeField(null=True)),
                ('acceptor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='greens', to='cases.case')),
                ('chaser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chases', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='GreenPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nth', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('is_later', models.BooleanField(default=False)),
                ('told_of', models.GeneratedField(db_persist=True, expression=models.Case(models.When(is_later=True, then=models.F('over_id')), default=models.F('case_id')), output_field=models.BigIntegerField())),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passes', to='cases.case')),
                ('over', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passed_by', to='cases.case')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NameCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_sealed', models.BinaryField()),
                ('digest', models.BinaryField()),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='name_corrections', to='cases.case')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NegativeFiling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prior_state', models.CharField(max_length=15)),
                ('proposed_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('basis', models.CharField(max_length=500)),
                ('made_possible_by', models.TextField()),
                ('other_way', models.TextField()),
                ('remedies', models.TextField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('approved', 'approved'), ('overruled', 'overruled'), ('dropped', 'dropped')], default='proposed', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_reason', models.CharField(blank=True, max_length=500)),
                ('approved_case', models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='approved', then=models.F('case_id')), default=None), output_field=models.BigIntegerField(null=True))),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='cases.case')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='filing',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='cases.negativefiling'),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('receipt', 'receipt for papers'), ('acceptance', 'acceptance slip'), ('one_time', 'one-time notice'), ('omission', 'omission notice and commitment'), ('extension', 'notice of extension'), ('stop', 'notice of a special procedure'), ('hand_over', 'hand-over slip'), ('guide', 'guide slip'), ('not_accepted', 'decision not to accept'), ('refusal', 'decision of refusal'), ('filing', 'negative filing form'), ('reply_card', 'reply card'), ('delivery', 'delivery proof'), ('joint', 'joint time table')], max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('serial', models.PositiveIntegerField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('content', models.JSONField()),
                ('issued_at', models.DateTimeField()),
                ('second_reason', models.CharField(blank=True, max_length=300)),
                ('is_second', models.BooleanField(default=False)),
                ('correction', models.CharField(blank=True, default='', max_length=300)),
                ('allowed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='cases.case')),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.hall')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='OpenedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('applicant', 'personal fields'), ('export', 'export of the ledger'), ('paper', 'a paper printed with the name'), ('signature', 'signatures on a paper'), ('scan', 'a scan')], max_length=10)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('filters', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='cases.case')),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.hall')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PaperNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('receipt', 'receipt for papers'), ('acceptance', 'acceptance slip'), ('one_time', 'one-time notice'), ('omission', 'omission notice and commitment'), ('extension', 'notice of extension'), ('stop', 'notice of a special procedure'), ('hand_over', 'hand-over slip'), ('guide', 'guide slip'), ('not_accepted', 'decision not to accept'), ('refusal', 'decision of refusal'), ('filing', 'negative filing form'), ('reply_card', 'reply card'), ('delivery', 'delivery proof'), ('joint', 'joint time table')], max_length=12)),
                ('last', models.PositiveIntegerField(default=0)),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.hall')),
            ],
        ),
        migrations.CreateModel(
            name='PaperPrint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('is_pdf', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='cases.notice')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveSmallIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
                ('stage', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=300)),
                ('unit', models.CharField(max_length=100)),
                ('is_lead', models.BooleanField()),
                ('days', models.PositiveSmallIntegerField()),
                ('law_days', models.PositiveSmallIntegerField(null=True)),
                ('law_unit', models.CharField(blank=True, max_length=10)),
                ('silence_agrees', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('pending', 'waits for the earlier step'), ('running', 'is asked'), ('answered', 'has answered'), ('objected', 'objects'), ('refused', 'objection stands'), ('void', 'fell away')], default='pending', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('starts_on', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('opinion', models.CharField(blank=True, choices=[('agree', 'agrees'), ('conditions', 'agrees with conditions'), ('object', 'objects'), ('silence', 'silent past its day, counts as agreeing')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('basis', models.CharField(blank=True, max_length=500)),
                ('letter', models.CharField(blank=True, max_length=200)),
                ('answered_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='cases.case')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.department')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.serviceitem')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('window', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.window')),
            ],
            options={
                'ordering': ['turn', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('lead', 'the lead unit, with the unit that objects'), ('committee', 'the committee of the hall'), ('government', 'the government')], max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('days', models.PositiveSmallIntegerField()),
                ('due_on', models.DateField()),
                ('outcome', models.CharField(blank=True, choices=[('stands', 'the objection stands'), ('lifted', 'lifted'), ('conditions', 'lifted with conditions'), ('up', 'goes one level up'), ('ended', 'ended with the case')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('decided', models.CharField(blank=True, max_length=200)),
                ('settled_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='cases.case')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='cases.part')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='negativefiling',
            name='part',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='cases.part'),
        ),
        migrations.CreateModel(
            name='RaisedQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prior_state', models.CharField(max_length=15)),
                ('ground', models.CharField(choices=[('unclear', 'the rule is unclear or silent'), ('nobodys', 'nobody answers for it'), ('cross', 'it concerns several departments'), ('declined', 'declined too often'), ('unanswered', 'an offer was not answered in time')], max_length=12)),
                ('question', models.CharField(max_length=500)),
                ('own_view', models.CharField(blank=True, max_length=500)),
                ('to_government', models.BooleanField(default=False)),
                ('filing_number', models.CharField(max_length=30)),
                ('raised_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('reply', models.TextField(blank=True)),
                ('replied_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='raises', to='cases.case')),
                ('lead_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.department')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.department')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('escort', models.CharField(choices=[('led', 'I take the person there'), ('called', 'I called the window'), ('told', 'the person waits here')], max_length=10)),
                ('offered_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'offered'), ('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('lapsed', 'not answered in time')], default='pending', max_length=10)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settle_reason', models.CharField(blank=True, max_length=300)),
                ('sent_up', models.BooleanField(default=False)),
                ('pending_case', models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='pending', then=models.F('case_id')), default=None), output_field=models.BigIntegerField(null=True))),
                ('accepted_by', models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='accepted', then=models.F('settled_by_id')), default=None), output_field=models.BigIntegerField(null=True))),
                ('accepted_id', models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='accepted', then=models.F('id')), default=None), output_field=models.BigIntegerField(null=True))),
                ('better_department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.department')),
                ('better_window', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.window')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.case')),
                ('from_clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_span', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='cases.assignment')),
                ('offered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stand_in_posting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.posting')),
                ('to_clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='windows.window')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='assignment',
            name='referral',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='span', to='cases.referral'),
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('token', models.CharField(max_length=22, primary_key=True, serialize=False)),
                ('data_key', models.BinaryField()),
                ('text_sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='windows.hall')),
            ],
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('media_type', models.CharField(max_length=20)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='cases.case')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='cases.notice')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('handler', 'handler'), ('applicant', 'applicant')], max_length=10)),
                ('way', models.CharField(choices=[('screen', 'on the screen'), ('paper', 'on paper')], max_length=10)),
                ('copies', models.PositiveSmallIntegerField(default=0)),
                ('sealed', models.BinaryField(null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='cases.case')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='cases.notice')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Applicant',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='applicant', serialize=False, to='cases.case')),
                ('kind', models.CharField(choices=[('person', 'person'), ('organisation', 'organisation')], default='person', max_length=15)),
                ('data_key', models.BinaryField()),
                ('name_sealed', models.BinaryField(null=True)),
                ('identity_kind', models.CharField(blank=True, max_length=20)),
                ('identity_sealed', models.BinaryField(null=True)),
                ('identity_index', models.BinaryField(null=True)),
                ('telephone_sealed', models.BinaryField(null=True)),
                ('telephone_index', models.BinaryField(null=True)),
                ('agent_name_sealed', models.BinaryField(null=True)),
                ('agent_identity_kind', models.CharField(blank=True, max_length=20)),
                ('agent_identity_sealed', models.BinaryField(null=True)),
                ('agent_telephone_sealed', models.BinaryField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('identity_index__isnull', False)), fields=['identity_index'], name='applicant_identity'), models.Index(condition=models.Q(('telephone_index__isnull', False)), fields=['telephone_index'], name='applicant_telephone')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agent_identity_sealed__isnull', False), ('agent_name_sealed__isnull', False)), models.Q(('agent_identity_sealed__isnull', True), ('agent_name_sealed__isnull', True), ('agent_telephone_sealed__isnull', True)), _connector='OR'), name='agent_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Words',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='cases.case')),
                ('data_key', models.BinaryField()),
                ('words_sealed', models.BinaryField()),
                ('care_sealed', models.BinaryField(null=True)),
                ('tokens', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['tokens'], name='words_tokens')],
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['hall', '-opened_at', '-id'], name='case_ledger'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['hall', 'state', '-opened_at', '-id'], name='case_by_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['window', '-opened_at', '-id'], name='case_by_window'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['department', '-opened_at', '-id'], name='case_by_department'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['item', '-opened_at', '-id'], name='case_by_item'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['first_responder', '-opened_at', '-id'], name='case_by_first_responder'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['holder', '-opened_at', '-id'], name='case_by_holder'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('holder'), cases.models.case.RanksOn(), models.F('id'), condition=models.Q(('state', cases.lifecycle.State['CLOSED']), _negated=True), name='case_of_a_desk'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('is_green', True)), fields=['hall', '-opened_at', '-id'], name='case_of_the_green_channel'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', cases.lifecycle.State['CLOSED']), _negated=True), fields=['hall', 'due_on', 'id'], name='case_by_deadline'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('tell_by__isnull', False)), fields=['hall', 'tell_by', 'id'], name='case_to_be_told'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('renews_after__isnull', False)), fields=['hall', 'renews_after', 'id'], name='case_to_renew'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('to_deliver', True)), fields=['hall', 'due_on', 'id'], name='case_to_deliver'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('limbo_since__isnull', False)), fields=['hall', 'limbo_since', 'id'], name='case_in_limbo'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('second_notices__gt', 0)), fields=['hall', '-opened_at', '-id'], name='case_with_second_notice'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('current_span__isnull', True), ('state', cases.lifecycle.State['CLOSED'])), models.Q(models.Q(('state', cases.lifecycle.State['CLOSED']), _negated=True), ('current_span__isnull', False)), _connector='OR'), name='case_closed_exactly_when_nobody_holds_it'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('final_answer__isnull', False), ('state__in', [cases.lifecycle.State['ANSWERED'], cases.lifecycle.State['CLOSED']])), models.Q(models.Q(('state__in', [cases.lifecycle.State['ANSWERED'], cases.lifecycle.State['CLOSED']]), _negated=True), ('final_answer__isnull', True)), _connector='OR'), name='case_ends_only_with_an_answer'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('close_rule__in', [cases.lifecycle.CloseRule['CALLED_BACK'], cases.lifecycle.CloseRule['NO_CONTACT'], cases.lifecycle.CloseRule['WITHDRAWN']]), ('closed_at__isnull', False), ('state', cases.lifecycle.State['CLOSED'])), models.Q(models.Q(('state', cases.lifecycle.State['CLOSED']), _negated=True), ('close_rule', ''), ('closed_at__isnull', True)), _connector='OR'), name='case_closed_by_a_rule'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('close_rule', cases.lifecycle.CloseRule['NO_CONTACT']), _negated=True), ('has_contact', False), _connector='OR'), name='case_with_a_contact_is_called_back'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', [cases.lifecycle.State['ASKED'], cases.lifecycle.State['ACCEPTED'], cases.lifecycle.State['WAITING'], cases.lifecycle.State['DIRECTED'], cases.lifecycle.State['RAISED'], cases.lifecycle.State['NEGATIVE_FILED'], cases.lifecycle.State['ANSWERED'], cases.lifecycle.State['CLOSED']])), name='case_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['counter', 'telephone', 'letter', 'web'])), name='case_channel_is_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', cases.lifecycle.State['ACCEPTED']), _negated=True), models.Q(('accepted_on__isnull', False), ('item__isnull', False)), _connector='OR'), name='case_accepted_has_its_date'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state', cases.lifecycle.State['CLOSED']), ('due_on__isnull', False), _connector='OR'), name='case_open_has_a_due_date'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('tell_by__isnull', True), models.Q(('limits__isnull', False), ('received_on__isnull', False), ('tell_by__gte', models.F('tell_from')), ('tell_from__isnull', False)), _connector='OR'), name='case_to_be_told_has_its_receipt'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('bundled__isnull', True), ('received_on__isnull', False), _connector='OR'), name='case_keeps_its_items_with_its_papers'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('tell_by__isnull', True), models.Q(('state__in', [cases.lifecycle.State['ASKED'], cases.lifecycle.State['NEGATIVE_FILED'], cases.lifecycle.State['RAISED'], cases.lifecycle.State['WAITING']]), _negated=True), ('due_on__lte', models.F('tell_by')), _connector='OR'), name='case_due_before_silence_accepts_it'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('green_days', 0), ('is_green', True), _connector='OR'), name='case_ranks_sooner_only_if_green'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('renews_after__isnull', True), models.Q(('expires_on__isnull', False), ('received_on__isnull', False), ('renews_after', models.F('expires_on')), ('renews_after__gt', models.F('received_on'))), _connector='OR'), name='case_renews_after_its_expiry'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('renews_after__isnull', True), ('reopened__gt', 0), models.Q(('state__in', [cases.lifecycle.State['ACCEPTED'], cases.lifecycle.State['ASKED'], cases.lifecycle.State['NEGATIVE_FILED'], cases.lifecycle.State['RAISED'], cases.lifecycle.State['WAITING']]), _negated=True), models.Q(('accepted_on__isnull', True), ('tell_by__isnull', True)), ('due_on__lte', models.F('renews_after')), _connector='OR'), name='case_due_before_the_law_renews_it'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('to_deliver', False), ('state', cases.lifecycle.State['ANSWERED']), _connector='OR'), name='case_to_deliver_was_answered'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('promised_due__isnull', True), ('statutory_due__isnull', True), ('promised_due__lte', models.F('statutory_due')), _connector='OR'), name='case_promise_within_statutory_date'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('clerk', models.F('instead_of')), _negated=True), name='appointment_never_the_same_person'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('reason__regex', '\\S')), name='appointment_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reopening', 'substitution'])), name='appointment_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.UniqueConstraint(fields=('case', 'seq'), name='event_seq_once'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='event_seq_from_one'),
        ),
        migrations.AddIndex(
            model_name='casematerial',
            index=models.Index(condition=models.Q(('follow_by__isnull', False), ('received_at__isnull', True)), fields=['case'], name='material_to_follow'),
        ),
        migrations.AddConstraint(
            model_name='casematerial',
            constraint=models.UniqueConstraint(fields=('case', 'position'), name='case_material_position_once'),
        ),
        migrations.AddConstraint(
            model_name='casematerial',
            constraint=models.CheckConstraint(condition=models.Q(('follow_by__isnull', True), ('may_follow', True), _connector='OR'), name='case_material_follows_only_if_it_may'),
        ),
        migrations.AddConstraint(
            model_name='casematerial',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('received_at__isnull', True), ('received_by__isnull', True)), models.Q(('received_at__isnull', False), ('received_by__isnull', False)), _connector='OR'), name='case_material_received_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='clockstop',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('case', '='), (windows.models.people.DateRange('began_on', 'resumed_on', models.Value('[)')), '&&')], name='stops_do_not_overlap'),
        ),
        migrations.AddConstraint(
            model_name='clockstop',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', [cases.deadlines.stops.StopGround['HEARING'], cases.deadlines.stops.StopGround['TENDER'], cases.deadlines.stops.StopGround['AUCTION'], cases.deadlines.stops.StopGround['INSPECTION'], cases.deadlines.stops.StopGround['TESTING'], cases.deadlines.stops.StopGround['QUARANTINE'], cases.deadlines.stops.StopGround['APPRAISAL'], cases.deadlines.stops.StopGround['EXPERTS'], cases.deadlines.stops.StopGround['PUBLICITY']])), name='stop_ground_is_known'),
        ),
        migrations.AddConstraint(
            model_name='clockstop',
            constraint=models.CheckConstraint(condition=models.Q(('limit_days__isnull', True), ('limit_days__gte', 1), _connector='OR'), name='stop_of_at_least_a_day'),
        ),
        migrations.AddConstraint(
            model_name='clockstop',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resumed_at__isnull', True), ('resumed_by__isnull', True), ('resumed_on__isnull', True)), models.Q(('resumed_at__isnull', False), ('resumed_by__isnull', False), ('resumed_on__gte', models.F('began_on')), ('resumed_on__isnull', False)), _connector='OR'), name='stop_ended_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('starts_on'))), name='deadline_not_before_its_start'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('release__isnull', True), ('was_on__isnull', True)), models.Q(('release', models.F('calendar_version')), ('release__isnull', False), ('was_on__isnull', False)), _connector='OR'), name='deadline_moved_by_a_released_calendar'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'failed'), _negated=True), fields=('answer',), name='delivered_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['under_way', 'delivered', 'failed'])), name='delivery_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('method', cases.lifecycle.Method['COUNTER']), ('proof__in', ['identity', 'slip']), ('receiver', 'applicant')), models.Q(('method', cases.lifecycle.Method['COUNTER']), ('proof', 'authorisation'), ('receiver', 'agent')), models.Q(('carrier__regex', '\\S'), ('method', cases.lifecycle.Method['POST']), ('tracking__regex', '\\S')), models.Q(('carrier__regex', '\\S'), ('method', cases.lifecycle.Method['ELECTRONIC'])), _connector='OR'), name='delivery_says_how'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('method', cases.lifecycle.Method['POST']), ('state', 'delivered'), _connector='OR'), name='delivery_under_way_by_post_alone'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by__isnull', True), ('settled_on__isnull', True), ('state', 'under_way')), models.Q(models.Q(('state', 'under_way'), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False), ('settled_on__isnull', False)), _connector='OR'), name='delivery_settled_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), ('remark__regex', '\\S'), _connector='OR'), name='delivery_failed_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='direction',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('case',), name='one_open_direction_per_case'),
        ),
        migrations.AddConstraint(
            model_name='direction',
            constraint=models.CheckConstraint(condition=models.Q(('address__regex', '\\S'), ('telephone__regex', '\\S'), ('unit__regex', '\\S')), name='direction_has_a_destination'),
        ),
        migrations.AddConstraint(
            model_name='direction',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'reached', 'failed'])), name='direction_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='direction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='direction_checked_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(fields=('case',), name='one_extension_per_case'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 15)), name='extension_within_the_law'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['satisfied', 'unsatisfied', 'explained', 'not_reached'])), name='follow_up_outcome_is_known'),
        ),
        migrations.AddIndex(
            model_name='formkey',
            index=models.Index(fields=['at'], name='form_key_age'),
        ),
        migrations.AddConstraint(
            model_name='greenchannel',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case',), name='one_green_channel_per_case'),
        ),
        migrations.AddConstraint(
            model_name='greenchannel',
            constraint=models.CheckConstraint(condition=models.Q(('acceptor', models.F('chaser')), _negated=True), name='green_chased_by_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='greenchannel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('end_reason__regex', '\\S'), ('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='green_ended_by_somebody_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='greenpass',
            constraint=models.UniqueConstraint(fields=('case', 'over'), name='green_passes_once'),
        ),
        migrations.AddConstraint(
            model_name='greenpass',
            constraint=models.UniqueConstraint(fields=('over', 'nth'), name='green_pass_counted'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['answer', 'granted', 'direction', 'reply_card', 'refusal', 'withdrawn', 'lapsed'])), name='answer_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('kind', cases.lifecycle.AnswerKind['REFUSAL']), ('filing__isnull', True), _connector='OR'), name='answer_filing_only_for_a_refusal'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', cases.lifecycle.AnswerKind['WITHDRAWN']), _negated=True), ('is_signed', True), _connector='OR'), name='answer_withdrawal_is_signed'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('hall', 'year', 'kind', 'serial', 'version'), name='notice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('is_second', False), ('kind', 'one_time'), ('version', 1)), fields=('case',), name='one_first_one_time_notice_per_case'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['receipt', 'acceptance', 'one_time', 'omission', 'extension', 'stop', 'hand_over', 'guide', 'not_accepted', 'refusal', 'filing', 'reply_card', 'delivery', 'joint'])), name='notice_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('is_second', False), models.Q(('second_reason__regex', '\\S'), ('allowed_by__isnull', False)), _connector='OR'), name='second_notice_allowed_by_a_supervisor'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction', ''), ('version', 1)), models.Q(('version__gt', 1), ('correction__regex', '\\S')), _connector='OR'), name='new_version_says_what_it_corrects'),
        ),
        migrations.AddIndex(
            model_name='openedrecord',
            index=models.Index(fields=['hall', '-id'], name='opened_by_hall'),
        ),
        migrations.AddConstraint(
            model_name='openedrecord',
            constraint=models.CheckConstraint(condition=models.Q(('reason__regex', '\\S')), name='opened_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='openedrecord',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['applicant', 'export', 'paper', 'signature', 'scan'])), name='opened_what_is_known'),
        ),
        migrations.AddConstraint(
            model_name='papernumber',
            constraint=models.UniqueConstraint(fields=('hall', 'year', 'kind'), name='paper_number_once'),
        ),
        migrations.AddConstraint(
            model_name='paperprint',
            constraint=models.UniqueConstraint(fields=('notice', 'ordinal'), name='print_counted_once'),
        ),
        migrations.AddIndex(
            model_name='part',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['department', 'due_on', 'id'], name='part_asked_of_a_unit'),
        ),
        migrations.AddIndex(
            model_name='part',
            index=models.Index(condition=models.Q(('is_lead', False), ('state', 'running')), fields=['due_on', 'case'], name='part_silent'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.UniqueConstraint(fields=('case', 'turn', 'position'), name='part_position_once'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'running', 'answered', 'objected', 'refused', 'void'])), name='part_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('starts_on__isnull', True), ('state', 'pending')), ('state', 'void'), models.Q(models.Q(('state', 'pending'), _negated=True), ('due_on__gte', models.F('starts_on')), ('due_on__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='part_runs_from_its_start'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('opinion__in', ['agree', 'conditions', 'object', 'silence']), ('state__in', ('answered', 'objected', 'refused'))), models.Q(models.Q(('state__in', ('answered', 'objected', 'refused')), _negated=True), ('answered_at__isnull', True), ('answered_by__isnull', True), ('opinion', '')), _connector='OR'), name='part_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('window__isnull', True)), models.Q(('person__isnull', False), ('window__isnull', False)), _connector='OR'), name='part_of_the_hall_has_its_person'),
        ),
        migrations.AddIndex(
            model_name='objection',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['due_on', 'case'], name='objection_open'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('level', 'government'), _negated=True), fields=('part', 'level'), name='objection_once_on_a_level'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['lead', 'committee', 'government'])), name='objection_level_is_known'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('outcome__in', ['stands', 'lifted', 'conditions', 'up', 'ended']), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='objection_settled_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('level', 'government'), ('outcome', 'up'), _negated=True), name='objection_ends_with_the_government'),
        ),
        migrations.AddIndex(
            model_name='negativefiling',
            index=models.Index(condition=models.Q(('state', 'proposed')), fields=['due_on', 'id'], name='filing_to_decide'),
        ),
        migrations.AddConstraint(
            model_name='negativefiling',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('case',), name='one_proposed_negative_per_case'),
        ),
        migrations.AddConstraint(
            model_name='negativefiling',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('part',), name='one_refusal_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='negativefiling',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'overruled', 'dropped'])), name='filing_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='negativefiling',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='filing_decided_by_another_person'),
        ),
        migrations.AddConstraint(
            model_name='negativefiling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['approved', 'overruled'])), ('state', 'dropped'), _connector='OR'), name='filing_decided_exactly_when_not_proposed'),
        ),
        migrations.AddConstraint(
            model_name='negativefiling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'overruled'), _negated=True), ('decision_reason__regex', '\\S'), _connector='OR'), name='filing_overruled_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='raisedquestion',
            constraint=models.UniqueConstraint(condition=models.Q(('replied_at__isnull', True)), fields=('case',), name='one_open_raise_per_case'),
        ),
        migrations.AddConstraint(
            model_name='raisedquestion',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['unclear', 'nobodys', 'cross', 'declined', 'unanswered'])), name='raise_ground_is_known'),
        ),
        migrations.AddConstraint(
            model_name='raisedquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ground', 'cross'), _negated=True), ('lead_unit__isnull', False), _connector='OR'), name='raise_across_departments_has_a_lead'),
        ),
        migrations.AddConstraint(
            model_name='raisedquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('replied_at__isnull', True), ('replied_by__isnull', True), ('reply', '')), models.Q(('replied_at__isnull', False), ('replied_by__isnull', False), ('reply__regex', '\\S')), _connector='OR'), name='raise_replied_with_a_text'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['to_clerk', 'offered_at'], name='referral_offered_to'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['to_window', 'offered_at'], name='referral_offered_at_window'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['expires_at'], name='referral_running_out'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('case',), name='one_pending_referral_per_case'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('to_clerk', models.F('from_clerk')), _negated=True), name='referral_not_to_oneself'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'accepted', 'declined', 'withdrawn', 'lapsed'])), name='referral_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='referral_settled_exactly_when_not_pending'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('settled_at__isnull', True), ('settled_at__gte', models.F('offered_at')), _connector='OR'), name='referral_settled_after_it_was_offered'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('settled_by', models.F('to_clerk')), ('stand_in_posting__isnull', False), _connector='OR'), name='referral_accepted_by_its_receiver'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), models.Q(('settled_by', models.F('from_clerk')), _negated=True), _connector='OR'), name='referral_not_accepted_by_its_sender'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('case', 'ordinal'), name='span_ordinal_once_per_case'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('case',), name='one_open_span_per_case'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='span_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', True), ('basis', cases.lifecycle.SpanBasis['FIRST']), ('ordinal', 1), ('previous__isnull', True), ('referral__isnull', True)), models.Q(('appointment__isnull', True), ('basis', cases.lifecycle.SpanBasis['REFERRAL']), ('ordinal__gt', 1), ('previous__isnull', False), ('referral__isnull', False)), models.Q(('appointment__isnull', False), ('basis__in', [cases.lifecycle.SpanBasis['REOPENING'], cases.lifecycle.SpanBasis['SUBSTITUTION']]), ('ordinal__gt', 1), ('previous__isnull', False), ('referral__isnull', True)), _connector='OR'), name='span_rests_on_something'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.UniqueConstraint(fields=('name',), name='scan_name_once'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('media_type__in', ['application/pdf', 'image/jpeg', 'image/png']), ('name__regex', '^[0-9a-f]{32}$'), ('size__range', (1, 10485760))), name='scan_of_a_known_kind_and_size'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('notice', 'party'), name='signature_once_per_party'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('sealed__isnull', False), ('way', 'screen')), models.Q(('digest', ''), ('sealed__isnull', True), ('way', 'paper')), _connector='OR'), name='signature_drawn_or_on_paper'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('copies', 0), ('party', 'handler')), models.Q(('copies__range', (1, 9)), ('party', 'applicant')), _connector='OR'), name='signature_with_copies_for_the_applicant'),
        ),
    ]
