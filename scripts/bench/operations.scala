// The workloads of operations-tspark.mjs for spark-shell: see serve.scala.
import org.apache.spark.HashPartitioner
import org.apache.spark.rdd.RDD
import org.apache.spark.storage.StorageLevel

val rows = sys.env("BENCH_ROWS").toLong
val parts = 4
val out = System.getProperty("java.io.tmpdir") + "/tspark-bench/saved-by-scala"
def whole(x: Double) = f"$x%.0f"
def numbers(n: Long = rows): RDD[Long] = sc.range(0, n, 1, parts)
def mixed(n: Long = rows): RDD[Long] = numbers(n).map(i => (i * 7919) % 1000003)
def pairs(n: Long = rows): RDD[(Long, Long)] = mixed(n).map(x => (x % 100000, x))
def texts(n: Long = rows): RDD[(String, Long)] = mixed(n).map(x => ("key" + x % 100000, x))
def sentences = numbers(rows / 10).map(i => (0 until 10).map(j => "word" + (i * 31 + j * 7919) % 20011).mkString(" "))
case class Scored(id: Long, name: String, score: Double)
case class Most(sum: Long, most: Long)
lazy val objects = { val o = mixed().map(x => Scored(x, "n" + x % 100, x / 7.0)).cache(); o.count(); o }
def removed(path: String) = { scala.reflect.io.Directory(path).deleteRecursively(); path }

def work(name: String): Any = name match {
  case "word-count" => sentences.flatMap(_.split(" ")).map(w => (w, 1)).reduceByKey(_ + _).count()
  case "subtract" => mixed().subtract(numbers(rows / 2)).count()
  case "intersection" => mixed().intersection(numbers(rows / 2)).count()
  case "subtract-by-key" => texts().subtractByKey(numbers(50000).map(i => ("key" + i, i))).count()
  case "cogroup" => whole(texts().cogroup(texts(rows / 2)).map { case (_, (l, r)) => l.size * r.size }.sum())
  case "join-texts" => whole(texts().join(numbers(100000).map(i => ("key" + i, i))).map { case (_, (x, i)) => (x + i).toDouble }.sum())
  case "left-outer-join" => texts().leftOuterJoin(numbers(50000).map(i => ("key" + i, i))).filter(_._2._2.isEmpty).count()
  case "join-lying-right" => { val left = texts().partitionBy(new HashPartitioner(parts)); left.join(left.mapValues(_ % 2).filter(_._2 == 1)).count() }
  case "union-distinct" => mixed().union(mixed(rows / 2)).distinct().count()
  case "group-by" => mixed().groupBy(_ % 1000).mapValues(_.size).count()
  case "combine-tuples" => pairs().mapValues(x => (x, 1)).reduceByKey((a, b) => (a._1 + b._1, a._2 + b._2)).mapValues(t => t._1.toDouble / t._2).count()
  case "combine-objects" => texts().aggregateByKey(Most(0, 0))((so, x) => Most(so.sum + x, math.max(so.most, x)), (a, b) => Most(a.sum + b.sum, math.max(a.most, b.most))).map(_._2.most).max()
  case "fold-by-key" => texts().foldByKey(0L)(_ + _).count()
  case "sets-by-key" => whole(pairs().aggregateByKey(Set.empty[Long])((set, x) => set + x % 10, (a, b) => a ++ b).map(_._2.size).sum())
  case "count-by-value" => mixed().map(_ % 5000).countByValue().size
  case "sort-tuples" => mixed().map(x => (x % 1000, "t" + x)).sortBy(t => t).first()._2
  case "sort-numbers-down" => mixed().sortBy(x => x, false).first()
  case "sort-texts-down" => texts().sortByKey(false).first()._1
  case "top" => mixed().top(10).apply(9)
  case "zip" => whole(numbers().zip(mixed()).map { case (a, b) => ((a ^ b) & 1).toDouble }.sum())
  case "zip-with-index" => mixed().zipWithIndex().filter { case (x, i) => (x + i) % 2 == 0 }.count()
  case "cartesian" => numbers(1000).cartesian(numbers(rows / 500)).filter { case (a, b) => (a * b) % 7 == 0 }.count()
  case "sample" => mixed().sample(false, 0.1, 7).count() > 0
  case "map-partitions" => whole(mixed().mapPartitions(xs => Iterator(xs.sum.toDouble)).sum())
  case "glom" => whole(mixed().glom().map(_.length).sum())
  case "repartition" => texts().repartition(7).count()
  case "coalesce" => whole(sc.range(0, rows, 1, 200).coalesce(2).map(x => (x % 3).toDouble).sum())
  case "stats" => mixed().map(_.toDouble).stats().count
  case "histogram" => mixed().map(_.toDouble).histogram(10)._2.length
  case "tree-aggregate" => mixed().treeAggregate(0L)(_ + _, _ + _)
  case "cached-objects" => objects.filter(o => o.name == "n42" && o.score > 100).count()
  case "on-disk" => { val kept = texts().persist(StorageLevel.DISK_ONLY); kept.count(); val n = kept.count(); kept.unpersist(true); n }
  case "save-text" => { texts().map { case (k, x) => k + "," + x }.saveAsTextFile(removed(out)); true }
}

serve(work)
