// The workloads of flights-tspark.mjs for spark-shell: see serve.scala.

def lines = sc.textFile(sys.env("FLIGHTS"))
def sizeAndSum[K](pairs: Array[(K, Int)]) = s"${pairs.length}:${pairs.map(_._2.toLong).sum}"
val ten = 1 to 10
lazy val airportTable = sc.parallelize(
  for (i <- 0 until 26; j <- 0 until 26; k <- 0 until 26)
    yield ("" + (65 + i).toChar + (65 + j).toChar + (65 + k).toChar + sys.env("AIRPORT_SUFFIX"), i * j), 2)
lazy val durations = { val d = lines.map(l => l.split(",")(6).toInt).cache(); d.count(); d }

def work(name: String): Any = name match {
  case "count" => lines.count()
  case "filter-count" => lines.filter(l => !l.contains("Lufthansa")).count()
  case "take5" => lines.filter(l => !l.contains("Lufthansa")).take(5).length
  case "airport-count" => sizeAndSum(lines.map(l => (l.split(",")(2), 1)).reduceByKey(_ + _).collect())
  case "tail-count" => lines.map(l => (l.split(",")(7), 1)).reduceByKey(_ + _).count()
  case "sort-int" => lines.map(l => l.split(",")(4).toInt).sortBy(x => x).take(3).mkString(",")
  case "sort-lines" => lines.map(l => (l.split(",")(7), l)).sortByKey().take(1)(0)._1
  case "group-airport" => lines.map(l => (l.split(",")(2), l.split(",")(5).toInt)).groupByKey().mapValues(_.size).count()
  case "join-17k" => lines.map(l => (l.split(",")(2), 1)).join(airportTable).count()
  case "range-sum" => f"${sc.range(0L, 10000000L, 1L, 2).map(x => x * 3 + 1).filter(x => x % 2 == 0).sum()}%.0f"
  case "cached-sum" => f"${durations.map(x => x * 2).sum()}%.0f"
  case "distinct" => lines.map(l => l.split(",")(7)).distinct().count()
  case "route-count" => sizeAndSum(lines.map { l => val f = l.split(","); ((f(2), f(3)), 1) }.reduceByKey(_ + _).collect())
  case "tiny-count" => sc.parallelize(ten, 2).count()
  case "tiny-shuffle" => sizeAndSum(sc.parallelize(ten, 2).map(x => (x % 3, x)).reduceByKey(_ + _).collect())
}

serve(work, name => if (name == "join-17k") airportTable else if (name == "cached-sum") durations)
