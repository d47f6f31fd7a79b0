#!/bin/sh
# A Custom Labels model from its first image to its last, with the AWS CLI alone.
#
#   life.sh FOLDER BUCKET
#
# FOLDER has images/, all.manifest that names them in BUCKET, and photo.jpg to ask about. Where AWS is, and as whom, is
# for the environment to say: AWS_ENDPOINT_URL_REKOGNITION, AWS_ENDPOINT_URL_S3, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID ...
set -eu
folder=$1 bucket=$2

# until_it_is STATUS COMMAND...: ask until the command prints the status. No waiter exists for a dataset, nor for a stop.
until_it_is() {
  wanted=$1; shift
  while true; do
    status=$("$@") || exit 1
    case $status in
      "$wanted") echo "  $status"; return ;;
      *FAILED*) echo "it is $status, not $wanted" >&2; exit 1 ;;
    esac
    sleep 1
  done
}
statuses_of_datasets() {
  aws rekognition describe-projects --project-names shapes --output text \
    --query "join(' ', ProjectDescriptions[0].Datasets[].Status)"
}
status_of_version() {
  aws rekognition describe-project-versions --project-arn "$project" --version-names v1 \
    --query 'ProjectVersionDescriptions[0].Status' --output text
}
labels() {
  aws rekognition detect-custom-labels --project-version-arn "$version" --output text \
    --query 'CustomLabels[].[Name, Confidence, Geometry.BoundingBox.Left, Geometry.BoundingBox.Top]' "$@"
}

echo "Upload"
aws s3 mb "s3://$bucket"
aws s3 cp "$folder" "s3://$bucket" --recursive --only-show-errors

echo "Create a project, a dataset from the manifest, and an empty one to test on"
project=$(aws rekognition create-project --project-name shapes --tags team=vision --query ProjectArn --output text)
source="{\"GroundTruthManifest\": {\"S3Object\": {\"Bucket\": \"$bucket\", \"Name\": \"all.manifest\"}}}"
train=$(aws rekognition create-dataset --project-arn "$project" --dataset-type TRAIN --dataset-source "$source" \
  --query DatasetArn --output text)
test=$(aws rekognition create-dataset --project-arn "$project" --dataset-type TEST --query DatasetArn --output text)
until_it_is "CREATE_COMPLETE CREATE_COMPLETE" statuses_of_datasets

echo "Distribute the images over both"
aws rekognition distribute-dataset-entries --datasets "Arn=$train" "Arn=$test"
until_it_is "UPDATE_COMPLETE UPDATE_COMPLETE" statuses_of_datasets
aws rekognition list-dataset-labels --dataset-arn "$test" --output text \
  --query 'DatasetLabelDescriptions[].[LabelName, LabelStats.EntryCount, LabelStats.BoundingBoxCount]'

echo "Train"
version=$(aws rekognition create-project-version --project-arn "$project" --version-name v1 \
  --output-config "S3Bucket=$bucket,S3KeyPrefix=results" --query ProjectVersionArn --output text)
aws rekognition wait project-version-training-completed --project-arn "$project" --version-names v1
summary=$(aws rekognition describe-project-versions --project-arn "$project" --version-names v1 --output text \
  --query 'ProjectVersionDescriptions[0].EvaluationResult.Summary.S3Object.Name')
echo "  $summary"
aws s3 cp "s3://$bucket/$summary" "$folder/summary.json" --only-show-errors

echo "Start"
aws rekognition start-project-version --project-version-arn "$version" --min-inference-units 1 --output text
aws rekognition wait project-version-running --project-arn "$project" --version-names v1

echo "Ask about the object in S3, then about the same file as bytes"
labels --image "{\"S3Object\": {\"Bucket\": \"$bucket\", \"Name\": \"photo.jpg\"}}"
labels --image-bytes "fileb://$folder/photo.jpg"

echo "Stop"
aws rekognition stop-project-version --project-version-arn "$version" --output text
until_it_is STOPPED status_of_version

echo "Delete"
aws rekognition delete-project-version --project-version-arn "$version" --output text
until_it_is None status_of_version
aws rekognition delete-dataset --dataset-arn "$train"
aws rekognition delete-dataset --dataset-arn "$test"
aws rekognition delete-project --project-arn "$project" --output text
