"""Trains both models on scikit-learn's own diabetes data. Same input, same models.

    pip install scikit-learn==1.9.1 numpy==2.4.6 joblib==1.6.0
    python train.py
"""

from pathlib import Path

import joblib
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

MODELS = {
    "blue": ("ridge", Ridge(alpha=0.1)),
    "green": ("boosted-trees", GradientBoostingRegressor(n_estimators=60, max_depth=2, random_state=0)),
}

features, target = load_diabetes(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(features, target, test_size=0.2, random_state=0)

for deployment, (name, model) in MODELS.items():
    model.fit(train_x, train_y)
    path = Path(__file__).parent / "model" / deployment / "model.joblib"
    path.parent.mkdir(parents=True, exist_ok=True)
    joblib.dump({"name": name, "estimator": model}, path, compress=3)
    print(f"{deployment}: {name}, R2 {model.score(test_x, test_y):.3f}, {path.stat().st_size} bytes")
