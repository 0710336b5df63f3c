// The workloads of unreadable-tspark.mjs for spark-shell: see serve.scala.

def lines = sc.textFile(sys.env("FLIGHTS"))
case class Flight(origin: String, distance: Int, delay: Int)
case class Leg(to: String, delay: String)
val firstLetters = (0 until 26).map(i => ((65 + i).toChar, i)).toMap
val endsInSeven = ",N\\d*7$".r
val yearAndMonth = "^(\\d+)-(\\d+)".r
def whole(x: Double) = f"$x%.0f"

def work(name: String): Any = name match {
  case "captured-table" => whole(lines.map(l => firstLetters.getOrElse(l.split(",")(2)(0), 0)).sum())
  case "regex-test" => lines.filter(l => endsInSeven.findFirstIn(l).isDefined).count()
  case "regex-extract" => lines.map(l => (yearAndMonth.findFirstMatchIn(l).get.group(2), 1)).reduceByKey(_ + _).collect().length
  case "replace" => whole(lines.map(l => l.replaceAll("[,-]", ";").length).sum())
  case "string-building" => lines.map { l => val f = l.split(","); (f(2).toLowerCase + "-" + f(3), 1) }.reduceByKey(_ + _).collect().length
  case "upper-case" => lines.map(l => l.toUpperCase).filter(l => l.contains("LUFTHANSA")).count()
  case "objects" => lines.map { l => val f = l.split(","); Flight(f(2), f(4).toInt, f(5).toInt) }.filter(f => f.delay > 60 && f.distance < 1000).count()
  case "characters-loop" => whole(lines.map { l => var digits = 0; var i = 0; while (i < l.length) { val c = l.charAt(i); if (c >= '0' && c <= '9') digits += 1; i += 1 }; digits }.sum())
  case "hash-loop" => whole(lines.map { l => var h = 0; var i = 0; while (i < l.length) { h = h * 31 + l.charAt(i); i += 1 }; h & 255 }.sum())
  case "aggregate" => lines.map { l => val f = l.split(","); (f(1), f(5).toInt) }.aggregateByKey((0, 0))((a, x) => (a._1 + 1, a._2 + x), (a, b) => (a._1 + b._1, a._2 + b._2)).collect().map(_._2._2.toLong).sum
  case "sort-by-built-key" => lines.map(l => l.split(",")).sortBy(f => f(7) + "/" + f(0)).take(1)(0)(7)
  case "group-objects" => lines.map { l => val f = l.split(","); (f(2), Leg(f(3), f(5))) }.groupByKey().mapValues(fs => fs.count(f => f.delay.startsWith("-"))).count()
}

serve(work)
