"""The shape of every request: a table to be read beside the API Reference of Amazon Rekognition."""

from __future__ import annotations

from labelpipe.standin import arns
from labelpipe.standin.validation import Blob, Flag, Number, PageSize, Sequence, Structure, Table, Text

NAME = Text(1, 255, r"[a-zA-Z0-9_.\-]+")
FEATURE = Text(values=("CONTENT_MODERATION", "CUSTOM_LABELS"))
KIND = Text(values=("TRAIN", "TEST"))
PROJECT_ARN = Text(20, 2048, arns.PROJECT)
DATASET_ARN = Text(20, 2048, arns.DATASET)
VERSION_ARN = Text(20, 2048, arns.VERSION)
RESOURCE_ARN = Text(20, 2048)
POLICY_NAME = Text(1, 128, r"[a-zA-Z0-9_.\-]+")
POLICY_REVISION = Text(max=64, pattern=r"[0-9A-Fa-f]+")
KMS_KEY = Text(1, 2048, r"[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}")
TOKEN = Text(max=1024)
PAGE = PageSize(1, 100)
UNITS = Number(1)
_TAG = r"(?:[\w.:/=+\-@]|(?![\x00-\x1f\x85])\s)*"  # of spaces the separators alone, which Python has no class for
TAG_KEY = Text(1, 128, "(?!aws:)" + _TAG)
TAGS = Table(TAG_KEY, Text(0, 256, _TAG), max=200)

S3_BUCKET = Text(3, 255, r"[0-9A-Za-z.\-_]*")
S3_OBJECT = Structure({"Bucket": S3_BUCKET, "Name": Text(1, 1024), "Version": Text(1, 1024)}, ("Bucket", "Name"))
# The model's shape alone says that bytes are up to 5 MiB. The guide's 4 MB are checked where an image is read.
IMAGE = Structure({"Bytes": Blob(1), "S3Object": S3_OBJECT}, exactly_one=True)
# Of these the model requires nothing; without them there is nothing to read, or nowhere to write. That an empty
# DatasetSource is refused is the reference's: an empty dataset is made "if you don't specify datasetSource".
MANIFEST = Structure({"S3Object": S3_OBJECT}, ("S3Object",))
ASSETS = Sequence(Structure({"GroundTruthManifest": MANIFEST}, ("GroundTruthManifest",)))
OUTPUT = Structure({"S3Bucket": S3_BUCKET, "S3KeyPrefix": Text(max=1024)}, ("S3Bucket",))
SOURCE = Structure({"GroundTruthManifest": MANIFEST, "DatasetArn": DATASET_ARN}, exactly_one=True)


def _of(arn: Text, name: str) -> Structure:
    return Structure({name: arn}, (name,))


REQUESTS = {
    "CreateProject": Structure(
        {"ProjectName": NAME, "Feature": FEATURE, "AutoUpdate": Text(values=("ENABLED", "DISABLED")), "Tags": TAGS},
        ("ProjectName",),
    ),
    "DescribeProjects": Structure(
        {
            "NextToken": TOKEN,
            "MaxResults": PAGE,
            "ProjectNames": Sequence(NAME, 1, 10),
            "Features": Sequence(FEATURE, 1, 2),
        }
    ),
    "DeleteProject": _of(PROJECT_ARN, "ProjectArn"),
    "CreateDataset": Structure(
        {"DatasetSource": SOURCE, "DatasetType": KIND, "ProjectArn": PROJECT_ARN, "Tags": TAGS},
        ("DatasetType", "ProjectArn"),
    ),
    "DescribeDataset": _of(DATASET_ARN, "DatasetArn"),
    "ListDatasetEntries": Structure(
        {
            "DatasetArn": DATASET_ARN,
            "ContainsLabels": Sequence(Text(1, 255, r".{1,}"), 1, 10),
            "Labeled": Flag(),
            "SourceRefContains": Text(1, 2048, r".*\S.*"),
            "HasErrors": Flag(),
            "NextToken": TOKEN,
            "MaxResults": PAGE,
        },
        ("DatasetArn",),
    ),
    "ListDatasetLabels": Structure(
        {"DatasetArn": DATASET_ARN, "NextToken": TOKEN, "MaxResults": PAGE}, ("DatasetArn",)
    ),
    "UpdateDatasetEntries": Structure(
        {"DatasetArn": DATASET_ARN, "Changes": Structure({"GroundTruth": Blob(1, 5 * 1024**2)}, ("GroundTruth",))},
        ("DatasetArn", "Changes"),
    ),
    "DistributeDatasetEntries": Structure({"Datasets": Sequence(_of(DATASET_ARN, "Arn"), 2, 2)}, ("Datasets",)),
    "DeleteDataset": _of(DATASET_ARN, "DatasetArn"),
    "CreateProjectVersion": Structure(
        {
            "ProjectArn": PROJECT_ARN,
            "VersionName": NAME,
            "OutputConfig": OUTPUT,
            "TrainingData": Structure({"Assets": ASSETS}),
            "TestingData": Structure({"Assets": ASSETS, "AutoCreate": Flag()}),
            "Tags": TAGS,
            "KmsKeyId": KMS_KEY,
            "VersionDescription": Text(1, 255, r"[a-zA-Z0-9-_. ()':,;?]+"),
            "FeatureConfig": Structure(
                {"ContentModeration": Structure({"ConfidenceThreshold": Number(0, 100, whole=False)})}
            ),
        },
        ("ProjectArn", "VersionName", "OutputConfig"),
    ),
    "DescribeProjectVersions": Structure(
        {
            "ProjectArn": PROJECT_ARN,
            "VersionNames": Sequence(NAME, 1, 10),
            "NextToken": TOKEN,
            "MaxResults": PAGE,
        },
        ("ProjectArn",),
    ),
    "StartProjectVersion": Structure(
        {"ProjectVersionArn": VERSION_ARN, "MinInferenceUnits": UNITS, "MaxInferenceUnits": UNITS},
        ("ProjectVersionArn", "MinInferenceUnits"),
    ),
    "StopProjectVersion": _of(VERSION_ARN, "ProjectVersionArn"),
    "DeleteProjectVersion": _of(VERSION_ARN, "ProjectVersionArn"),
    "CopyProjectVersion": Structure(
        {
            "SourceProjectArn": PROJECT_ARN,
            "SourceProjectVersionArn": VERSION_ARN,
            "DestinationProjectArn": PROJECT_ARN,
            "VersionName": NAME,
            "OutputConfig": OUTPUT,
            "Tags": TAGS,
            "KmsKeyId": KMS_KEY,
        },
        ("SourceProjectArn", "SourceProjectVersionArn", "DestinationProjectArn", "VersionName", "OutputConfig"),
    ),
    "PutProjectPolicy": Structure(
        {
            "ProjectArn": PROJECT_ARN,
            "PolicyName": POLICY_NAME,
            "PolicyRevisionId": POLICY_REVISION,
            "PolicyDocument": Text(1, 2000, r"[\u0009\u000A\u000D\u0020-\u00FF]+"),
        },
        ("ProjectArn", "PolicyName", "PolicyDocument"),
    ),
    "ListProjectPolicies": Structure(
        {"ProjectArn": PROJECT_ARN, "NextToken": TOKEN, "MaxResults": PageSize(1, 5)}, ("ProjectArn",)
    ),
    "DeleteProjectPolicy": Structure(
        {"ProjectArn": PROJECT_ARN, "PolicyName": POLICY_NAME, "PolicyRevisionId": POLICY_REVISION},
        ("ProjectArn", "PolicyName"),
    ),
    "DetectCustomLabels": Structure(
        {
            "ProjectVersionArn": VERSION_ARN,
            "Image": IMAGE,
            "MaxResults": Number(0),
            "MinConfidence": Number(0, 100, whole=False),
        },
        ("ProjectVersionArn", "Image"),
    ),
    "ListTagsForResource": _of(RESOURCE_ARN, "ResourceArn"),
    "TagResource": Structure({"ResourceArn": RESOURCE_ARN, "Tags": TAGS}, ("ResourceArn", "Tags")),
    "UntagResource": Structure(
        {"ResourceArn": RESOURCE_ARN, "TagKeys": Sequence(TAG_KEY, 0, 200)}, ("ResourceArn", "TagKeys")
    ),
}
