// statistics.wgsl's arithmetic in pairs of float32 (kernels/df64.wgsl).
alias num = df64;

fn num_from(a: f32, low: f32) -> num { return df64(a, low); }
fn num_add(a: num, b: num) -> num { return df64_add(a, b); }
fn num_sub(a: num, b: num) -> num { return df64_sub(a, b); }
fn num_mul(a: num, b: num) -> num { return df64_mul(a, b); }
fn num_mul_f32(a: num, b: f32) -> num { return df64_mul_f32(a, b); }
fn num_div(a: num, b: num) -> num { return df64_div(a, b); }
fn num_sqrt(a: num) -> num { return df64_sqrt(a); }
fn num_nan() -> num { return df64_nan(); }
