"""More is kept of residents, everybody has a key of their own, and registers are brought in from Excel."""

from typing import Any

import django.db.models.deletion
import linli.core.fields
import linli.registry.models.people
from django.conf import settings
from django.db import migrations, models

from linli.registry.models.people import new_reference


def give_references(apps: Any, schema_editor: Any) -> None:
    """The default of the new columns was the same for every row that was there: each gets a key of its own."""
    Household, Resident = apps.get_model("registry", "Household"), apps.get_model("registry", "Resident")
    for model, column in ((Household, "number"), (Resident, "reference")):
        rows = list(model.objects.only("pk"))
        for row in rows:
            setattr(row, column, new_reference())
        model.objects.bulk_update(rows, [column], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0003_more_ways'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(verbose_name='uploaded at')),
                ('by_label', models.CharField(max_length=80, verbose_name='by')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('state', models.CharField(choices=[('draft', 'columns to be checked'), ('planning', 'being compared'), ('planned', 'ready to look at'), ('committing', 'being written'), ('committed', 'taken over'), ('undoing', 'being undone'), ('undone', 'undone'), ('discarded', 'put away')], default='draft', max_length=10, verbose_name='state')),
                ('policy', models.CharField(choices=[('update', 'Update: what the file says counts; blank cells erase nothing'), ('fill', 'Fill blanks only: nothing that is there is changed'), ('skip', 'Leave as they are: only new people are added'), ('new', 'Add all as new people, even like ones')], default='update', max_length=6, verbose_name='people already in the register')),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('trouble', models.CharField(blank=True, default='', max_length=400, verbose_name='what went wrong')),
                ('left', models.JSONField(default=list, verbose_name='not restored')),
                ('leased_until', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
            },
        ),
        migrations.CreateModel(
            name='ImportChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=20)),
                ('object_id', models.BigIntegerField()),
                ('before', linli.core.fields.EncryptedTextField(blank=True)),
                ('after', linli.core.fields.EncryptedTextField(blank=True)),
                ('mark', models.CharField(blank=True, db_default='', default='', max_length=64)),
            ],
            options={
                'verbose_name': 'change by an import',
                'verbose_name_plural': 'changes by imports',
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField(verbose_name='row')),
                ('kind', models.CharField(choices=[('create', 'new'), ('update', 'changed'), ('same', 'as it is'), ('question', 'a question'), ('conflict', 'contradiction'), ('error', 'not understood')], max_length=8, verbose_name='what becomes of it')),
                ('told', linli.core.fields.EncryptedTextField()),
                ('answer', models.CharField(blank=True, default='', max_length=20)),
            ],
            options={
                'verbose_name': 'row of an import',
                'verbose_name_plural': 'rows of imports',
            },
        ),
        migrations.CreateModel(
            name='ImportSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=100, verbose_name='sheet')),
                ('rows', linli.core.fields.EncryptedTextField()),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('first_row', models.PositiveIntegerField(default=0)),
                ('titles', models.JSONField(default=list)),
                ('fields', models.JSONField(default=dict)),
                ('included', models.BooleanField(default=True, verbose_name='take this sheet')),
            ],
            options={
                'verbose_name': 'sheet of an import',
                'verbose_name_plural': 'sheets of imports',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='LearnedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('titles_hash', models.CharField(max_length=64)),
                ('fields', models.JSONField()),
            ],
            options={
                'verbose_name': 'learned column mapping',
                'verbose_name_plural': 'learned column mappings',
            },
        ),
        migrations.CreateModel(
            name='ToldApart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity_hash', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'people told apart',
                'verbose_name_plural': 'people told apart',
            },
        ),
        migrations.AddField(
            model_name='household',
            name='number',
            field=models.CharField(default=linli.registry.models.people.new_reference, max_length=30, verbose_name='household number'),
        ),
        migrations.AddField(
            model_name='resident',
            name='born_known',
            field=models.CharField(choices=[('day', 'to the day'), ('month', 'year and month only'), ('year', 'year only')], db_default='day', default='day', max_length=5, verbose_name='birth date is known'),
        ),
        migrations.AddField(
            model_name='resident',
            name='education',
            field=models.CharField(blank=True, choices=[('10', '研究生教育'), ('20', '大学本科'), ('30', '大学专科'), ('40', '中等职业教育'), ('60', '普通高级中学教育'), ('70', '初级中学教育'), ('80', '小学教育'), ('90', '其他')], db_default='', default='', max_length=2, verbose_name='education'),
        ),
        migrations.AddField(
            model_name='resident',
            name='ethnicity',
            field=models.CharField(blank=True, choices=[('01', '汉族'), ('02', '蒙古族'), ('03', '回族'), ('04', '藏族'), ('05', '维吾尔族'), ('06', '苗族'), ('07', '彝族'), ('08', '壮族'), ('09', '布依族'), ('10', '朝鲜族'), ('11', '满族'), ('12', '侗族'), ('13', '瑶族'), ('14', '白族'), ('15', '土家族'), ('16', '哈尼族'), ('17', '哈萨克族'), ('18', '傣族'), ('19', '黎族'), ('20', '傈僳族'), ('21', '佤族'), ('22', '畲族'), ('23', '高山族'), ('24', '拉祜族'), ('25', '水族'), ('26', '东乡族'), ('27', '纳西族'), ('28', '景颇族'), ('29', '柯尔克孜族'), ('30', '土族'), ('31', '达斡尔族'), ('32', '仫佬族'), ('33', '羌族'), ('34', '布朗族'), ('35', '撒拉族'), ('36', '毛南族'), ('37', '仡佬族'), ('38', '锡伯族'), ('39', '阿昌族'), ('40', '普米族'), ('41', '塔吉克族'), ('42', '怒族'), ('43', '乌孜别克族'), ('44', '俄罗斯族'), ('45', '鄂温克族'), ('46', '德昂族'), ('47', '保安族'), ('48', '裕固族'), ('49', '京族'), ('50', '塔塔尔族'), ('51', '独龙族'), ('52', '鄂伦春族'), ('53', '赫哲族'), ('54', '门巴族'), ('55', '珞巴族'), ('56', '基诺族'), ('97', '其他'), ('98', '入籍')], db_default='', default='', max_length=2, verbose_name='ethnic group'),
        ),
        migrations.AddField(
            model_name='resident',
            name='marriage',
            field=models.CharField(blank=True, choices=[('10', '未婚'), ('20', '已婚'), ('21', '初婚'), ('22', '再婚'), ('23', '复婚'), ('30', '丧偶'), ('40', '离婚'), ('90', '未说明')], db_default='', default='', max_length=2, verbose_name='marital status'),
        ),
        migrations.AddField(
            model_name='resident',
            name='note',
            field=models.TextField(blank=True, db_default='', default='', max_length=2000, verbose_name='note'),
        ),
        migrations.AddField(
            model_name='resident',
            name='other_phones',
            field=linli.core.fields.EncryptedTextField(blank=True, db_default='', default='', verbose_name='other phones'),
        ),
        migrations.AddField(
            model_name='resident',
            name='politics',
            field=models.CharField(blank=True, choices=[('01', '中共党员'), ('02', '中共预备党员'), ('03', '共青团员'), ('04', '民革党员'), ('05', '民盟盟员'), ('06', '民建会员'), ('07', '民进会员'), ('08', '农工党党员'), ('09', '致公党党员'), ('10', '九三学社社员'), ('11', '台盟盟员'), ('12', '无党派人士'), ('13', '群众')], db_default='', default='', max_length=2, verbose_name='political status'),
        ),
        migrations.AddField(
            model_name='resident',
            name='reference',
            field=models.CharField(default=linli.registry.models.people.new_reference, editable=False, max_length=20, verbose_name='key of ours'),
        ),
        migrations.AddField(
            model_name='resident',
            name='registered_address',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='registered address'),
        ),
        migrations.AddField(
            model_name='resident',
            name='residence',
            field=models.CharField(blank=True, choices=[('usual', 'usual resident'), ('migrant', 'here for a time'), ('elsewhere', 'registered elsewhere')], db_default='', default='', max_length=10, verbose_name='residence'),
        ),
        migrations.AddField(
            model_name='resident',
            name='workplace',
            field=models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name='place of work'),
        ),
        migrations.RunPython(give_references, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(('number__in', ['', '0']), _negated=True), name='registry_household_has_number'),
        ),
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.UniqueConstraint(fields=('community', 'reference'), name='registry_resident_reference'),
        ),
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.CheckConstraint(condition=models.Q(('reference__in', ['', '0']), _negated=True), name='registry_resident_has_reference'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='by_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='grid',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='registry.grid', verbose_name='grid of new buildings'),
        ),
        migrations.AddField(
            model_name='importchange',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='registry.importbatch'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='registry.importbatch'),
        ),
        migrations.AddField(
            model_name='importsheet',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='registry.importbatch'),
        ),
        migrations.AddField(
            model_name='learnedmapping',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='registry.community'),
        ),
        migrations.AddField(
            model_name='toldapart',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='registry.community'),
        ),
        migrations.AddField(
            model_name='toldapart',
            name='resident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='registry.resident'),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(fields=['community', '-created_at'], name='registry_import_newest'),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(condition=models.Q(('state__in', ['planning', 'committing', 'undoing'])), fields=['created_at'], name='registry_import_waiting'),
        ),
        migrations.AddConstraint(
            model_name='importchange',
            constraint=models.UniqueConstraint(fields=('batch', 'model', 'object_id'), name='registry_importchange_object'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['batch', 'kind', 'sheet', 'number'], name='registry_importrow_kind'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('batch', 'sheet', 'number'), name='registry_importrow_number'),
        ),
        migrations.AddConstraint(
            model_name='importsheet',
            constraint=models.UniqueConstraint(fields=('batch', 'position'), name='registry_importsheet_position'),
        ),
        migrations.AddConstraint(
            model_name='learnedmapping',
            constraint=models.UniqueConstraint(fields=('community', 'titles_hash'), name='registry_mapping_titles'),
        ),
        migrations.AddConstraint(
            model_name='toldapart',
            constraint=models.UniqueConstraint(fields=('community', 'identity_hash', 'resident'), name='registry_toldapart_once'),
        ),
    ]
