from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ideas", "0004_votes_against_becomes_voting")]
    operations = [migrations.RemoveField(model_name="ideacyclepage", name="votes_against")]
