# What real Spark does in test/interop/spark.test.ts: reads the folders that tspark wrote, prints what it found as one
# line of JSON, and writes folders of its own.
import json
import os
import sys

from pyspark import SparkConf, SparkContext

folder = sys.argv[1]
conf = SparkConf().setMaster("local[2]").setAppName("interop").set("spark.ui.enabled", "false")
sc = SparkContext(conf=conf.set("spark.driver.host", "127.0.0.1"))
sc.setLogLevel("OFF")

ours = os.path.join(folder, "tspark")
found = {
    "text": sc.textFile(ours + "/text").collect(),
    "gzip": sc.textFile(ours + "/gzip").collect(),
    "deflate": sc.textFile(ours + "/deflate").collect(),
    "empty": sc.textFile(ours + "/empty").collect(),
    "sorted": sc.textFile(ours + "/sorted").map(lambda line: line.split("\t")).collect(),
}
try:
    sc.parallelize([1]).saveAsTextFile(ours + "/text")
    found["refused"] = False
except Exception as error:
    found["refused"] = "already exists" in str(error)

theirs = os.path.join(folder, "spark")
words = sc.parallelize(["b", "a", "é", "", "b", "line one\nline two"], 3)
codec = "org.apache.hadoop.io.compress."
words.saveAsTextFile(theirs + "/text")
words.saveAsTextFile(theirs + "/gzip", codec + "GzipCodec")
words.saveAsTextFile(theirs + "/bzip2", codec + "BZip2Codec")
words.saveAsTextFile(theirs + "/deflate", codec + "DefaultCodec")
words.map(lambda w: (w, 1)).reduceByKey(lambda a, b: a + b).sortByKey().map(
    lambda kv: "%s\t%d" % kv
).saveAsTextFile(theirs + "/counts")
sc.parallelize([], 2).saveAsTextFile(theirs + "/empty")
sc.stop()
print("FOUND " + json.dumps(found))
