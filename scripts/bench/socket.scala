// socket-tspark.mjs for spark-shell: the same stream, the same lines of output.
import org.apache.spark.streaming.{Milliseconds, StreamingContext}
import org.apache.spark.streaming.scheduler.{StreamingListener, StreamingListenerBatchCompleted}

sc.setLogLevel("ERROR")
class Report extends StreamingListener {
  override def onBatchCompleted(event: StreamingListenerBatchCompleted): Unit = {
    val info = event.batchInfo
    println(s"BATCH ${info.numRecords} ${info.schedulingDelay.getOrElse(0L)} ${info.processingDelay.getOrElse(0L)} 0")
  }
}
val errors = new java.util.concurrent.atomic.AtomicLong
val ssc = new StreamingContext(sc, Milliseconds((sys.env("BENCH_BATCH").toDouble * 1000).toLong))
ssc.addStreamingListener(new Report)
ssc.socketTextStream("127.0.0.1", sys.env("BENCH_PORT").toInt)
  .filter(line => line.contains("ERROR"))
  .foreachRDD(rdd => { errors.addAndGet(rdd.count()); () })
ssc.start()
ssc.awaitTerminationOrTimeout((sys.env("BENCH_SECONDS").toDouble * 1000).toLong)
ssc.stop(stopSparkContext = false, stopGracefully = false)
println(s"ERRORS ${errors.get}")
System.exit(0)
