// statistics.wgsl's arithmetic in plain float32.
alias num = f32;

fn num_from(a: f32, _low: f32) -> num { return a; }
fn num_add(a: num, b: num) -> num { return a + b; }
fn num_sub(a: num, b: num) -> num { return a - b; }
fn num_mul(a: num, b: num) -> num { return a * b; }
fn num_mul_f32(a: num, b: f32) -> num { return a * b; }
fn num_div(a: num, b: num) -> num { return a / b; }
fn num_sqrt(a: num) -> num { return sqrt(a); }
fn num_nan() -> num { return df64_nan().x; }
