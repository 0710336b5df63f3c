// The programs of iterative-tspark.mjs for spark-shell: see serve.scala.

val count = sys.env("BENCH_ROWS").toLong
val pages = count / 20
def chance(i: Long): Double = ((i * 2654435761L) % 4294967296L) / 4294967296.0
def pick(i: Long, n: Long): Long = (((i * 2654435761L) % 4294967296L) / 4294967296.0 * n).toLong
val places = Array((10.0, 10.0), (50.0, 20.0), (30.0, 60.0))
lazy val points = { val p = sc.range(0L, count, 1L, 2).map { i => val at = places((i % 3).toInt); (at._1 + 10 * (chance(2 * i + 1) - 0.5), at._2 + 10 * (chance(2 * i + 2) - 0.5)) }.cache(); p.count(); p }
lazy val labelled = { val p = sc.range(0L, count, 1L, 2).map { i => val a = 2 * chance(2 * i + 1) - 1; val b = 2 * chance(2 * i + 2) - 1; (a, b, if (2 * a + b > 0.2) 1.0 else 0.0) }.cache(); p.count(); p }
lazy val links = { val l = sc.range(0L, pages, 1L, 2).flatMap(page => (0 until 4).map(k => (page, if (k == 0) pick(page + 1, 10) else pick(page * 4 + k + 1, pages)))).groupByKey(2).cache(); l.count(); l }

def kMeans(): String = {
  var centers = points.take(3)
  for (_ <- 0 until 10) {
    val before = centers
    val sums = points.map { p =>
      var best = 0; var least = Double.PositiveInfinity; var k = 0
      while (k < before.length) {
        val dx = p._1 - before(k)._1; val dy = p._2 - before(k)._2; val d = dx * dx + dy * dy
        if (d < least) { least = d; best = k }
        k += 1
      }
      (best, (p._1, p._2, 1L))
    }.reduceByKey((a, b) => (a._1 + b._1, a._2 + b._2, a._3 + b._3)).collectAsMap()
    centers = before.zipWithIndex.map { case (c, k) => sums.get(k).map(s => (s._1 / s._3, s._2 / s._3)).getOrElse(c) }
  }
  centers.map(c => "%.3f/%.3f".formatLocal(ROOT, c._1, c._2)).mkString(":")
}

def logisticRegression(): String = {
  var w = (0.0, 0.0, 0.0)
  for (_ <- 0 until 10) {
    val v = w
    val g = points3(v)
    w = (w._1 - 4 * g._1 / count, w._2 - 4 * g._2 / count, w._3 - 4 * g._3 / count)
  }
  "%.4f:%.4f:%.4f".formatLocal(ROOT, w._1, w._2, w._3)
}
def points3(v: (Double, Double, Double)) = labelled.map { case (a, b, label) =>
  val error = 1 / (1 + math.exp(-(v._1 * a + v._2 * b + v._3))) - label
  (error * a, error * b, error)
}.reduce((x, y) => (x._1 + y._1, x._2 + y._2, x._3 + y._3))

def pageRank(): String = {
  var ranks = links.mapValues(_ => 1.0)
  for (_ <- 0 until 5) {
    ranks = links.join(ranks).flatMap { case (_, (targets, rank)) => targets.map(to => (to, rank / targets.size)) }
      .reduceByKey(_ + _, 2).mapValues(sum => 0.15 + 0.85 * sum)
  }
  "%.2f".formatLocal(ROOT, ranks.map(_._2).max())
}

def work(name: String): Any = name match {
  case "k-means" => points; kMeans()
  case "logistic-regression" => labelled; logisticRegression()
  case "page-rank" => links; pageRank()
}

serve(work)
