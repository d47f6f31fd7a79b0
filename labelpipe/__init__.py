"""labelpipe: a bucket of uploaded images into trustworthy labels, with Amazon Rekognition Custom Labels."""
