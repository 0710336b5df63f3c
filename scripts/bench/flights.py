"""The workloads of flights-tspark.mjs for PySpark, driven line by line over a socket."""
import os
import socket
import time

from pyspark import SparkConf, SparkContext

conf = SparkConf().set("spark.driver.memory", "4g").set("spark.ui.enabled", "false")
conf.set("spark.ui.showConsoleProgress", "false")
sc = SparkContext(os.environ["BENCH_MASTER"], "flights", conf=conf)
sc.setLogLevel("ERROR")


def lines():
    return sc.textFile(os.environ["FLIGHTS"])


def size_and_sum(pairs):
    return "%d:%d" % (len(pairs), sum(n for _, n in pairs))


def add(a, b):
    return a + b


prepared = {}


def airport_table():
    return sc.parallelize(
        [(chr(65 + i) + chr(65 + j) + chr(65 + k) + os.environ["AIRPORT_SUFFIX"], i * j) for i in range(26) for j in range(26) for k in range(26)], 2
    )


def durations():
    d = lines().map(lambda l: int(l.split(",")[6])).cache()
    d.count()
    return d


PREPARATIONS = {"join-17k": airport_table, "cached-sum": durations}
WORKLOADS = {
    "count": lambda: lines().count(),
    "filter-count": lambda: lines().filter(lambda l: "Lufthansa" not in l).count(),
    "take5": lambda: len(lines().filter(lambda l: "Lufthansa" not in l).take(5)),
    "airport-count": lambda: size_and_sum(lines().map(lambda l: (l.split(",")[2], 1)).reduceByKey(add).collect()),
    "tail-count": lambda: lines().map(lambda l: (l.split(",")[7], 1)).reduceByKey(add).count(),
    "sort-int": lambda: ",".join(map(str, lines().map(lambda l: int(l.split(",")[4])).sortBy(lambda x: x).take(3))),
    "sort-lines": lambda: lines().map(lambda l: (l.split(",")[7], l)).sortByKey().take(1)[0][0],
    "group-airport": lambda: lines()
    .map(lambda l: (l.split(",")[2], int(l.split(",")[5])))
    .groupByKey()
    .mapValues(len)
    .count(),
    "join-17k": lambda: lines().map(lambda l: (l.split(",")[2], 1)).join(prepared["join-17k"]).count(),
    "range-sum": lambda: "%d"
    % sc.range(0, 10000000, 1, 2).map(lambda x: x * 3 + 1).filter(lambda x: x % 2 == 0).sum(),
    "cached-sum": lambda: "%d" % prepared["cached-sum"].map(lambda x: x * 2).sum(),
    "distinct": lambda: lines().map(lambda l: l.split(",")[7]).distinct().count(),
    "route-count": lambda: size_and_sum(
        lines().map(lambda l: l.split(",")).map(lambda f: ((f[2], f[3]), 1)).reduceByKey(add).collect()
    ),
    "tiny-count": lambda: sc.parallelize(range(1, 11), 2).count(),
    "tiny-shuffle": lambda: size_and_sum(
        sc.parallelize(range(1, 11), 2).map(lambda x: (x % 3, x)).reduceByKey(add).collect()
    ),
}


def timed(name):
    started = time.perf_counter()
    check = WORKLOADS[name]()
    return time.perf_counter() - started, check


def measure(name):
    if name in PREPARATIONS and name not in prepared:
        prepared[name] = PREPARATIONS[name]()
    if not name.startswith("tiny-"):
        return timed(name)
    return sorted([timed(name) for _ in range(60)][30:])[15]


with socket.create_connection(("127.0.0.1", int(os.environ["BENCH_PORT"]))) as connection:
    stream = connection.makefile("rw", encoding="utf-8", newline="\n")
    for line in stream:
        name = line.strip()
        if name == "quit":
            break
        try:
            seconds, check = measure(name)
            stream.write("RES %s %.6f %s\n" % (name, seconds, check))
        except Exception as error:
            stream.write("ERR %s %s\n" % (name, str(error).replace("\n", " ")))
        stream.flush()
sc.stop()
