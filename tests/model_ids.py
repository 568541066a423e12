"""The catalog's models, by short names."""

R1 = "deepseek-ai/DeepSeek-R1-0528"
V3 = "deepseek-ai/DeepSeek-V3-0324"
LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
SCOUT = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
PHI = "microsoft/Phi-4-mini-instruct"
