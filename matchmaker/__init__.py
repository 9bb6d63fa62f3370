"""The domain of matchmaker: companies, territory, activities, intents, rules and explanations.

It imports none of `models`, `pipelines` and `api`; all three may import it.
"""
