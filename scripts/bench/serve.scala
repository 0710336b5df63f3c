// Runs workloads of a spark-shell program when it is told to over a socket, as workload-server.mjs does. side-by-side.mjs
// puts it in front of the programs. `prepare` does what a workload needs beforehand, outside its time.
import java.io.{BufferedReader, InputStreamReader, PrintWriter}
import java.net.Socket
import java.util.Locale.ROOT

sc.setLogLevel("ERROR")

def serve(work: String => Any, prepare: String => Unit = _ => ()): Unit = {
  def time(name: String): (Double, Any) = {
    val started = System.nanoTime
    val answer = work(name)
    ((System.nanoTime - started) / 1e9, answer)
  }
  def measure(name: String): (Double, Any) = {
    prepare(name)
    if (name.startsWith("tiny-")) (1 to 60).map(_ => time(name)).drop(30).sortBy(_._1).apply(15) else time(name)
  }
  val socket = new Socket("127.0.0.1", sys.env("BENCH_PORT").toInt)
  val in = new BufferedReader(new InputStreamReader(socket.getInputStream))
  val out = new PrintWriter(socket.getOutputStream, true)
  Iterator.continually(in.readLine).takeWhile(name => name != null && name != "quit").foreach { name =>
    try {
      val (seconds, answer) = measure(name)
      out.println("RES " + name + " " + "%.6f".formatLocal(ROOT, seconds) + " " + answer)
    } catch { case e: Throwable => out.println("ERR " + name + " " + e.toString.replace('\n', ' ')) }
  }
  System.exit(0)
}

