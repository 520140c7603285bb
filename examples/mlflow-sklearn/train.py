"""Trains a model on scikit-learn's own diabetes data and saves it with mlflow: the folder `model`.

    pip install mlflow==3.17.2 scikit-learn==1.9.1 pandas==3.1.1
    python train.py
"""

import shutil
from pathlib import Path

import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

# Azure's scoring script for MLflow models imports it, and no inferred requirement holds it.
EXTRA = ["azureml-ai-monitoring==1.0.0"]

features, target = load_diabetes(return_X_y=True, as_frame=True)
train_x, test_x, train_y, test_y = train_test_split(features, target, test_size=0.2, random_state=0)
model = Ridge(alpha=0.1).fit(train_x, train_y)
signature = infer_signature(train_x, model.predict(train_x))

folder = Path(__file__).parent / "model"
shutil.rmtree(folder, ignore_errors=True)
mlflow.sklearn.save_model(
    model, folder, signature=signature, input_example=train_x.head(1), extra_pip_requirements=EXTRA
)
print(f"R2 {model.score(test_x, test_y):.3f}")
